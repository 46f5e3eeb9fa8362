using System.Globalization;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Protocol;
using Spectre.Console;

namespace Marquee.Local.Terminal.Shell;

/// <summary>What is done with a sale afterwards, and the end of the shift.</summary>
internal static class OperationCommands
{
    public static IReadOnlyList<ShellCommand> All { get; } =
    [
        new("refund [[ORDER]] [[AMOUNT]]", "gives money back: all that is left, or an amount of the goods", RefundAsync),
        new("void [[ORDER]]", "takes a sale back before its money is captured", VoidAsync),
        new("receipt [[ORDER]]", "the receipt, as a printer prints it", ReceiptAsync),
        new("shift FLOAT COUNTED", "ends the shift: what was in the drawer, and what is", ShiftAsync),
        new("watch SECONDS", "shows news of sales, stock and the line as they happen", WatchAsync),
    ];

    private static async Task RefundAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, object?>();
        if (words.Count > 0 && context.Session.Event is { } current && char.IsAsciiDigit(words[^1][0]) && decimal.TryParse(words[^1], CultureInfo.InvariantCulture, out _))
            fields["amountMinorUnits"] = Amount.Parse(words[^1], current.Currency);
        var refund = await context.Session.OperateAsync(context.Order(words), "refunds", fields, cancellationToken);
        context.Say($"[green]{refund.GetProperty("state").GetString()}[/]  {refund.GetProperty("orderId").GetString()}  {refund.GetProperty("amount").Deserialize<Money>(ContractJson.Options)}");
    }

    private static async Task VoidAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var sale = await context.Session.OperateAsync(context.Order(words), "void", new Dictionary<string, object?>(), cancellationToken);
        context.Say($"[green]{sale.GetProperty("status").GetString()}[/]  {sale.GetProperty("orderId").GetString()}");
    }

    private static async Task ReceiptAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        context.Console.WriteLine(await context.Session.GetTextAsync($"v1/sales/{Uri.EscapeDataString(context.Order(words))}/receipt", cancellationToken));

    private static async Task ShiftAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var current = context.Session.Event ?? throw new TerminalException("There is no event: 'event NAME' chooses one.");
        if (words.Count != 2) throw new TerminalException("What was in the drawer at the start, and what is in it now? For example: shift 100 100");
        var report = await context.Session.CloseShiftAsync(Amount.Parse(words[0], current.Currency), Amount.Parse(words[1], current.Currency), cancellationToken);
        context.Console.WriteLine(JsonSerializer.Serialize(report, Indented));
    }

    private static async Task WatchAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words is not [var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) throw new TerminalException("For how many seconds?");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            await foreach (var news in context.Session.WatchAsync(end.Token))
            {
                if (news.EventType != "ping") context.Say($"[grey]{news.EventType}[/]  {news.Data}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Watched long enough.
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
