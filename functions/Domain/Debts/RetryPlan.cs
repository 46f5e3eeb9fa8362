using System.Collections.Frozen;

namespace Marquee.Domain.Debts;

/// <summary>
/// When a declined card is tried again, and when it is not. Card schemes charge for tries that cannot succeed and limit the others (Visa: 15 in
/// 30 days, and none after a decline of its category 1; Mastercard: 10 in 24 hours): three, days apart, stay far below either.
/// https://docs.stripe.com/declines/codes
/// </summary>
public static class RetryPlan
{
    /// <summary>After the first decline a day; then three days, then a week. Their number is the cap on tries.</summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } = [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(7)];

    /// <summary>A link that is not paid by then is taken back and the debt written off.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(60);

    // The issuer may say otherwise another day. Everything else never changes (a lost card), or needs the customer (an authentication).
    private static readonly FrozenSet<string> Soft = FrozenSet.Create(
        StringComparer.Ordinal,
        "insufficient_funds", "card_velocity_exceeded", "withdrawal_count_limit_exceeded", "issuer_not_available", "processing_error",
        "reenter_transaction", "try_again_later", "approve_with_id", "do_not_honor", "no_action_taken", "generic_decline", "card_declined", "declined");

    /// <summary>Whether another try of the same card may succeed.</summary>
    public static bool IsSoft(string declineCode) => Soft.Contains(declineCode);

    /// <summary>When to try again after <paramref name="tries"/> tries of the debt; null when the card is not tried any more.</summary>
    public static DateTimeOffset? Next(string declineCode, int tries, DateTimeOffset now) =>
        IsSoft(declineCode) && tries < Waits.Count ? now + Waits[tries] : null;
}
