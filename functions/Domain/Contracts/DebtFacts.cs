using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>The customer of a sale that was declined when it was forwarded has paid after all: everything that was still owed.</summary>
public sealed record DebtRecovered(string EventId, string OrderId, Money Amount, ProcessorReceipt Receipt) : FactBody;

/// <summary>A debt that nobody will pay any more. <paramref name="Reason"/> is a code: <c>uncollectable</c>, <c>link_not_paid</c>.</summary>
public sealed record DebtWrittenOff(string EventId, string OrderId, Money Amount, string Reason) : FactBody;

/// <summary>
/// A card owes this PoP for a sale. <paramref name="Card"/> is its fingerprint under the key that the hoster's PoPs share, never a token or a
/// number.
/// </summary>
public sealed record CardBlocked(string Card, string OrderId) : FactBody;

/// <summary>The card owes this PoP nothing any more; <paramref name="OrderId"/> is the last sale that it owed for.</summary>
public sealed record CardUnblocked(string Card, string OrderId) : FactBody;

/// <summary>
/// Cards that owe at the hoster's other PoPs, by fingerprint, the newest debts first; each version replaces the one before.
/// <paramref name="LeftOut"/> counts those for which there was no room.
/// </summary>
public sealed record ConfigureBlockList(IReadOnlyList<string> Cards, int LeftOut) : CommandBody
{
    /// <summary>A command must fit a message of the standard tier (256 KB): 35 bytes a card. Past it the oldest debts are left out.</summary>
    public const int MaxCards = 4_000;

    public const string CommandKey = "block-list";

    [JsonIgnore]
    public bool IsValid => Cards is { Count: <= MaxCards } && LeftOut >= 0 && Cards.All(IsFingerprint);

    /// <summary>128 bits in lower-case hex.</summary>
    public static bool IsFingerprint(string? card) => card is { Length: 32 } && card.All(char.IsAsciiHexDigitLower);
}
