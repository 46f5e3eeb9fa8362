using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Identity;

/// <summary>Whether an order's buyer has shown what its products ask for. Read and used up in the transaction that takes the sale.</summary>
internal static class IdentityGate
{
    /// <summary>The strictest policy of the products, and whether one of them is high ticket.</summary>
    public static (IdentityPolicy? Policy, bool HighTicket) Requirement(EdgeReader reader, string eventId, IEnumerable<string> skus)
    {
        var guarded = reader is EdgeTransaction tx ? EventBook.Sheet(tx, eventId)?.Guarded ?? [] : EventBook.Guarded(reader, eventId);
        if (guarded.Count == 0) return (null, false);
        var wanted = guarded.IntersectBy(skus, g => g.Sku).ToList();
        return (wanted.Select(g => g.Policy).Aggregate((IdentityPolicy?)null, IdentityPolicy.Stricter), wanted.Any(g => g.HighTicket));
    }

    /// <summary>Why the order may not be sold to this buyer; null when it may.</summary>
    public static string? Problem(EdgeReader reader, string orderId, string eventId, IEnumerable<string> skus, DateTimeOffset now) =>
        Requirement(reader, eventId, skus).Policy is not { } policy || Usable(reader, orderId, eventId, now).Any(c => c.Policy.Covers(policy))
            ? null
            : $"The order needs a check of {policy} that passed, is not used and has not expired.";

    /// <summary>
    /// Why the order may not be sold without the processor; null when it may. High-ticket products need the one or the other: the processor's
    /// word, or a person whose identity was checked.
    /// </summary>
    public static string? OfflineProblem(EdgeReader reader, string orderId, string eventId, IEnumerable<string> skus, DateTimeOffset now) =>
        !Requirement(reader, eventId, skus).HighTicket || ProofOf(reader, orderId) is not null || Usable(reader, orderId, eventId, now).Any()
            ? null
            : "A high-ticket product is sold without the processor only to a person whose identity was checked.";

    /// <summary>Uses up what the order's sale relied on: once, and for no other order.</summary>
    public static void Use(EdgeTransaction tx, string orderId, string eventId, DateTimeOffset now)
    {
        if (Usable(tx, orderId, eventId, now).MaxBy(c => c.Policy.MinimumAge)?.After(IdentityCheckStep.Use) is { } used)
            IdentityBook.Put(tx, used with { UsedAt = now });
    }

    /// <summary>What the order's sale relied on; null when it needed nothing.</summary>
    public static IdentityProof? ProofOf(EdgeReader reader, string orderId) =>
        IdentityBook.Of(reader, orderId).FirstOrDefault(c => c.State == IdentityCheckState.Used)?.Proof;

    private static IEnumerable<IdentityCheck> Usable(EdgeReader reader, string orderId, string eventId, DateTimeOffset now) =>
        IdentityBook.Of(reader, orderId).Where(c => c.State == IdentityCheckState.Passed && c.EventId == eventId && now < c.ExpiresAt);
}
