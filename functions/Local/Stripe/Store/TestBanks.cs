using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>Test bank accounts by the number's ending: what becomes of a payout to them, and whether instant payouts reach them.</summary>
internal sealed class TestBanks(JsonObject table)
{
    private readonly List<(string Ending, string? Failure, bool Instant)> _rows = table.Array("accounts")!
        .Select(entry => entry!.AsObject())
        .Select(entry => (entry.Text("ending")!, entry.Text("failure"), entry.FlagOrNull("instant") ?? true)).ToList();

    public (string? Failure, bool Instant) Of(string number)
    {
        foreach (var (ending, failure, instant) in _rows)
        {
            if (number.EndsWith(ending, StringComparison.Ordinal))
                return (failure, instant);
        }
        return (null, true);
    }

    public string FailureMessage(string code) => table.Object("messages")?.Text(code) ?? "The payout was returned by the bank.";
}
