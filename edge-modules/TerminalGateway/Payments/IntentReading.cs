using Marquee.Domain;
using Marquee.Domain.Contracts;
using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>What Stripe's answers mean for a sale.</summary>
internal static class IntentReading
{
    /// <summary>Reads a PaymentIntent that was confirmed. https://docs.stripe.com/payments/paymentintents/lifecycle</summary>
    public static PaymentOutcome Outcome(PaymentIntent intent) => intent.Status switch
    {
        "succeeded" => Receipt(intent) is { } receipt
            ? new PaymentOutcome.Captured(receipt) { Face = CardFace.Of(intent.LatestCharge.PaymentMethodDetails) }
            : new PaymentOutcome.Pending(intent.Id),
        "processing" => new PaymentOutcome.Pending(intent.Id),
        "requires_capture" => new PaymentOutcome.Authorised(intent.Id, CaptureBefore(intent)),
        // Nobody but this process ever had the client secret, so an authentication that is not done here is never done.
        "requires_action" => new PaymentOutcome.Declined("authentication_required"),
        "canceled" => new PaymentOutcome.Declined("canceled"),
        "requires_payment_method" => new PaymentOutcome.Declined(Code(intent.LastPaymentError)),
        _ => new PaymentOutcome.Pending(intent.Id),
    };

    /// <summary>Reads an error answer. https://docs.stripe.com/error-handling, https://docs.stripe.com/api/idempotent_requests</summary>
    public static PaymentOutcome Outcome(StripeException e) => ((int)e.HttpStatusCode, e.StripeError?.Type) switch
    {
        (402, _) or (_, "card_error") => new PaymentOutcome.Declined(Code(e.StripeError)),
        (400, "idempotency_error") => new PaymentOutcome.KeySpent("idempotency_error"),
        (400, "invalid_request_error") => new PaymentOutcome.Declined(e.StripeError!.Code ?? "invalid_request"),
        // The card's token does not exist. Any other 404 speaks of our configuration, not of the card.
        (404, "invalid_request_error") when e.StripeError!.Param == "payment_method" => new PaymentOutcome.Declined(e.StripeError.Code ?? "invalid_request"),
        (409, _) => new PaymentOutcome.Unknown(InFlight),
        (429, _) => new PaymentOutcome.Unknown(RateLimited),
        // Stripe keeps its own 500 as the answer to the key. A 502, 503 or 504 may come from something before Stripe, with the request
        // still running behind it: those are only unknown.
        (500, "api_error") => new PaymentOutcome.KeySpent("api_error"),
        (var status, _) => new PaymentOutcome.Unknown(FormattableString.Invariant($"http_{status}")),
    };

    /// <summary>An earlier request under the same key is still running at Stripe: the line is fine, the answer is not there yet.</summary>
    public const string InFlight = "in_flight";

    /// <summary>Stripe did not run the request and keeps no answer to its key: the line is fine, there is too much on it.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>Whether the processor is there, although it gave no answer to this request.</summary>
    public static bool IsBusy(PaymentOutcome outcome) => outcome is PaymentOutcome.Unknown { Reason: InFlight or RateLimited };

    /// <summary>Whether an intent found by its metadata moved money, or was declined; one that did neither never will.</summary>
    public static bool Decided(PaymentIntent intent) =>
        intent.Status is "succeeded" or "processing" or "requires_capture"
        || (intent.Status == "requires_payment_method" && intent.LastPaymentError is not null);

    // Never a constant of ours: the window is the card network's, and Stripe tells it with the charge.
    private static DateTimeOffset? CaptureBefore(PaymentIntent intent)
    {
        var details = intent.LatestCharge?.PaymentMethodDetails;
        return (details?.CardPresent?.CaptureBefore ?? details?.Card?.CaptureBefore) is { } at
            ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
            : null;
    }

    private static ProcessorReceipt? Receipt(PaymentIntent intent) =>
        intent.LatestCharge is { } charge && charge.BalanceTransaction is { } settled && Currency.TryParse(settled.Currency, out var currency)
            ? new ProcessorReceipt(intent.Id, charge.Id, new Money(settled.Fee, currency))
            : null;

    private static string Code(StripeError? error) => error?.DeclineCode ?? error?.Code ?? "declined";
}
