using System.Globalization;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Protocol;
using Spectre.Console;

namespace Marquee.Local.Terminal.Shell;

/// <summary>Events, stock, sales.</summary>
internal static class SellingCommands
{
    public static IReadOnlyList<ShellCommand> All { get; } =
    [
        new("events", "what this gateway knows of", EventsAsync),
        new("event NAME", "chooses an event, by its id or a part of it", EventAsync),
        new("stock", "prices, and what is left here", StockAsync),
        new("sell 2xSKU SKU …", "sells to the card; 'tip' before it adds one", SellAsync),
        new("tip AMOUNT", "a tip for the next sale", TipAsync),
        new("card visa|declined|lost|TOKEN", "the card for the next sales", CardAsync),
        new("repeat", "asks for the last sale again: nothing is sold twice", RepeatAsync),
        new("sale [[ORDER]]", "how a sale stands", SaleAsync),
    ];

    private static async Task EventsAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var events = await context.Session.EventsAsync(cancellationToken);
        if (events.Count == 0) context.Say($"None. An event comes here when its host opens it.");
        foreach (var known in events) context.Say($"{(known.EventId == context.Session.Event?.EventId ? "→" : " ")} {known.EventId}  [grey]{known.Title}, {known.Phase}[/]");
    }

    private static async Task EventAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var name = words.Count == 1 ? words[0] : throw new TerminalException("Which event?");
        var found = (await context.Session.EventsAsync(cancellationToken)).Where(e => e.EventId.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        context.Session.Event = found switch
        {
            [var one] => one,
            _ => found.Find(e => e.EventId == name) ?? throw new TerminalException(found.Count == 0 ? $"No event is called '{name}'." : $"'{name}' could be {found.Count} events."),
        };
        context.Say($"{context.Session.Event!.Title} ({context.Session.Event.Phase})");
    }

    private static async Task StockAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var current = await context.Session.RefreshAsync(cancellationToken);
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("sku", "name", "price", "left");
        foreach (var product in current.Catalogue)
        {
            table.AddRow(
                new Text(product.Sku), new Text(product.Name), new Text(new Money(product.UnitPriceMinorUnits, current.Currency).ToString()),
                new Text(product.Remaining == 0 ? "sold out" : $"{product.Remaining} left"));
        }

        context.Console.Write(table);
    }

    private static async Task SellAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words.Count == 0) throw new TerminalException("What? For example: sell 2xshirt pin");
        Show(context, await context.Session.SellAsync([.. words.Select(Line)], cancellationToken));
    }

    private static Task TipAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var current = context.Session.Event ?? throw new TerminalException("There is no event: 'event NAME' chooses one.");
        context.Session.TipMinorUnits = Amount.Parse(words.Count == 1 ? words[0] : "", current.Currency);
        context.Say($"The next sale has a tip of {new Money(context.Session.TipMinorUnits, current.Currency)}.");
        return Task.CompletedTask;
    }

    private static Task CardAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        context.Session.Card = words switch
        {
            ["visa"] => "pm_card_visa",
            ["declined"] => "pm_card_visa_chargeDeclined",
            ["lost"] => "pm_card_visa_chargeDeclinedLostCard",
            [var token] => token,
            _ => throw new TerminalException("Which card? visa, declined, lost, or a payment method's id."),
        };
        context.Say($"Card: {context.Session.Card}");
        return Task.CompletedTask;
    }

    private static async Task RepeatAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        Show(context, await context.Session.RepeatAsync(cancellationToken));

    private static async Task SaleAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        Show(context, await context.Session.GetAsync($"v1/sales/{Uri.EscapeDataString(context.Order(words))}", cancellationToken));

    private static Line Line(string word)
    {
        var cross = word.IndexOf('x', StringComparison.Ordinal);
        return cross > 0 && int.TryParse(word.AsSpan(0, cross), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity)
            ? new(word[(cross + 1)..], quantity)
            : new(word, 1);
    }

    private static void Show(ShellContext context, JsonElement sale)
    {
        var total = sale.GetProperty("total").Deserialize<Money>(ContractJson.Options);
        var mode = sale.TryGetProperty("mode", out var how) ? " " + how.GetString() : "";
        var forward = sale.GetProperty("forward").GetString() is var f && f != "none" ? $", at the processor: {f}" : "";
        context.Say($"[green]{sale.GetProperty("status").GetString()}{mode}[/]  {sale.GetProperty("orderId").GetString()}  {total}{forward}");
    }
}
