using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Local.Terminal.Phones;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Terminal.Shell;

/// <summary>Who stands at the terminal of a platform that is played with: buyers with sample documents, and staff.</summary>
/// <param name="Authority">Issues the documents; the gateway trusts its root.</param>
/// <param name="Staff">Speaks to the gateway as its staff.</param>
/// <param name="StaffCodes">Codes of the members of staff who may vouch for a buyer, by their ids.</param>
/// <param name="Time">What day the documents are good on.</param>
internal sealed record SampleCounter(SampleAuthority Authority, HttpClient Staff, IReadOnlyDictionary<string, string> StaffCodes, TimeProvider Time);

/// <summary>Checks of the next order's buyer, for products that ask for one.</summary>
internal static class IdentityCommands
{
    public static IReadOnlyList<ShellCommand> All { get; } =
    [
        new("check adult|minor|online SKU …", "checks the next sale's buyer: by the phone of one, or with the provider online", CheckAsync),
        new("checked", "how the last check stands", CheckedAsync),
        new("override SKU …", "two members of staff vouch for the next sale's buyer", OverrideAsync),
    ];

    private static async Task CheckAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words.Count < 2) throw new TerminalException("Whom, for what? For example: check adult bottle");
        var (who, skus) = (words[0], words.Skip(1).ToList());
        switch (who)
        {
            case "online":
                var begun = await context.Session.BeginCheckAsync("stripe", skus, engagement: null, cancellationToken);
                context.Say($"The buyer goes to {begun.GetProperty("url").GetString()}; then [bold]checked[/].");
                return;
            case "adult" or "minor":
                var counter = context.Counter ?? throw new TerminalException("Nobody here has a phone: this is not the platform of this machine.");
                var now = counter.Time.GetUtcNow();
                using (var phone = new SamplePhone(counter.Authority.Signer(from: now.AddDays(-2), until: now.AddDays(60))) { Licence = SampleLicence.Of(who == "adult", now) })
                {
                    begun = await context.Session.BeginCheckAsync("mdoc", skus, phone.Engagement, cancellationToken);
                    Show(context, await context.Session.AnswerCheckAsync(phone.Answer(begun.GetProperty("establishment").GetBytesFromBase64()), cancellationToken));
                }

                return;
            default:
                throw new TerminalException("Who? adult and minor have a phone with a licence, online is with the provider.");
        }
    }

    private static async Task CheckedAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        Show(context, await context.Session.FindCheckAsync(cancellationToken));

    private static async Task OverrideAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (words.Count == 0) throw new TerminalException("For what? For example: override bottle");
        var counter = context.Counter ?? throw new TerminalException("There is no staff here: this is not the platform of this machine.");
        var orderId = context.Session.NextOrder();
        foreach (var (staffId, code) in counter.StaffCodes)
        {
            var body = new { orderId, context.Session.Event!.EventId, skus = words, staffId, code, reason = "document_seen" };
            using var answer = await counter.Staff.PostAsJsonAsync("v1/staff/identity/overrides", body, cancellationToken);
            var said = await TerminalClient.ReadAsync(answer, cancellationToken);
            context.Say($"{staffId}: [green]{said.GetProperty("state").GetString()}[/]");
        }
    }

    private static void Show(ShellContext context, JsonElement check)
    {
        var fault = check.TryGetProperty("fault", out var why) && why.GetString() is { } code ? $" ({code})" : "";
        context.Say($"[green]{check.GetProperty("state").GetString()}{fault}[/]  {check.GetProperty("policy").GetString()}  for order {check.GetProperty("orderId").GetString()}");
    }
}
