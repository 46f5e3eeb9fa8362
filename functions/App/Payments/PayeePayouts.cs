using Marquee.App.Storage;
using Stripe;

namespace Marquee.App.Payments;

internal static class PayeePayouts
{
    /// <summary>The payee with what the processor says of its payout.</summary>
    public static PayeeDocument With(this PayeeDocument payee, Payout payout, int attempt) => payee with
    {
        PayoutId = payout.Id,
        PayoutAttempt = attempt,
        PayoutStatus = payout.Status,
        PayoutMethod = payout.Method,
        ArrivalDate = payout.ArrivalDate,
        FailureCode = payout.FailureCode,
    };
}
