using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>A test card: what it looks like and how it behaves.</summary>
internal sealed record TestCard(string Name, string Number, string Brand, string Country, string Funding)
{
    public string Last4 => Number[^4..];

    /// <summary>The error code of the decline at authorisation; null when it is approved.</summary>
    public string? DeclineCodeGroup { get; init; }
    public string? DeclineCode { get; init; }

    /// <summary>Whether 3-D Secure is asked for on every payment (<c>always</c>), unless set up off session (<c>unless_set_up</c>), or
    /// never.</summary>
    public string? Authentication { get; init; }

    /// <summary>Funds are available at once.</summary>
    public bool BypassesPending { get; init; }

    /// <summary>The reason of the dispute that follows the payment.</summary>
    public string? Dispute { get; init; }

    /// <summary><c>pending</c>: a refund takes a while; <c>fails</c>: it succeeds first and fails later.</summary>
    public string? Refund { get; init; }
}

/// <summary>Stripe's test cards by name (<c>pm_card_…</c>, <c>tok_…</c>) and by number.</summary>
internal sealed class TestCards
{
    private readonly Dictionary<string, TestCard> _byName;
    private readonly Dictionary<string, TestCard> _byNumber;

    public TestCards(JsonObject table)
    {
        var cards = table.Array("cards")!.Select(entry => Read(entry!.AsObject())).ToList();
        _byName = cards.ToDictionary(card => card.Name, StringComparer.Ordinal);
        _byNumber = cards.DistinctBy(card => card.Number).ToDictionary(card => card.Number);
    }

    public TestCard this[string name] => _byName[name];

    public TestCard? ByName(string name)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["pm_card_", "tok_"])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return _byName.GetValueOrDefault(name[prefix.Length..]);
        }
        return null;
    }

    public TestCard? ByNumber(string number) => _byNumber.GetValueOrDefault(number.Replace(" ", "", StringComparison.Ordinal));

    private static TestCard Read(JsonObject entry) => new(
        entry.Text("name")!, entry.Text("number")!, entry.Text("brand")!, entry.Text("country") ?? "US", entry.Text("funding") ?? "credit")
    {
        DeclineCodeGroup = entry.Text("code"),
        DeclineCode = entry.Text("decline"),
        Authentication = entry.Text("authentication"),
        BypassesPending = entry.Flag("bypassPending"),
        Dispute = entry.Text("dispute"),
        Refund = entry.Text("refund"),
    };
}
