using Marquee.TerminalGateway.Payments;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>What the processor's answers mean for a tender, by where it stood when it was asked.</summary>
internal static class TenderOutcomes
{
    public static Tender Apply(Tender tender, PaymentOutcome outcome, DateTimeOffset now) => (tender.State, outcome) switch
    {
        (TenderState.Authorising, PaymentOutcome.Pending pending) => tender with { PaymentIntentId = pending.PaymentIntentId },
        (TenderState.Authorising, PaymentOutcome.Authorised held) => tender.After(TenderStep.Authorise) with
        {
            PaymentIntentId = held.PaymentIntentId,
            CaptureBefore = held.CaptureBefore,
            PaymentMethod = null,
        },
        // Looked up: it is still held.
        (TenderState.Authorised, PaymentOutcome.Authorised held) => tender with { CaptureBefore = held.CaptureBefore ?? tender.CaptureBefore, AttemptedAt = now },
        // The step failed at the processor and failed for its key: the next try has one of its own.
        (TenderState.Capturing or TenderState.Voiding, PaymentOutcome.Authorised) => tender with { Attempt = checked(tender.Attempt + 1) },
        (TenderState.Authorising or TenderState.Authorised or TenderState.Capturing or TenderState.Voiding, PaymentOutcome.Captured captured) =>
            tender.After(TenderStep.Capture) with
            {
                PaymentIntentId = captured.Receipt.PaymentIntentId,
                Receipt = captured.Receipt,
                Face = captured.Face,
                PaymentMethod = null,
            },
        (TenderState.Authorised, PaymentOutcome.Declined) => tender.After(TenderStep.Decline) with { DeclineCode = TenderBook.Expired },
        (TenderState.Capturing, PaymentOutcome.Declined declined) => tender.After(TenderStep.Decline) with
        {
            DeclineCode = declined.Code == "canceled" ? TenderBook.Expired : declined.Code,
        },
        (TenderState.Authorising, PaymentOutcome.Declined declined) => tender.After(TenderStep.Decline) with { DeclineCode = declined.Code, PaymentMethod = null },
        (TenderState.Voiding, PaymentOutcome.Released or PaymentOutcome.Refunded) => tender.After(TenderStep.Void),
        _ => tender,
    };
}
