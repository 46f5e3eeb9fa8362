using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Payments;

/// <summary>A charge as it is asked of the processor: the same values at every try of a <see cref="Key"/>.</summary>
internal sealed record CardPayment(
    string Key, string OrderId, string PopId, string TerminalId, string EventId, Money Amount, string PaymentMethod, DateTimeOffset AskedAt)
{
    /// <summary>Which of the sale's tenders it is, from 1; 0 for the one card of a sale that has no tenders.</summary>
    public int Tender { get; init; }

    /// <summary>Which try of the sale's debt it is, from 1; 0 for a payment of the sale itself. Nobody stands at the till then.</summary>
    public int DebtTry { get; init; }
}

/// <summary>A refund as it is asked of the processor: the same values at every try of a <see cref="Key"/>.</summary>
/// <param name="Key">On disk before the request leaves.</param>
/// <param name="PaymentIntentId">The captured payment.</param>
/// <param name="OrderId">The sale.</param>
/// <param name="OperationId">The terminal's own id; with the order and the PoP it finds the refund again.</param>
/// <param name="PopId">The PoP.</param>
/// <param name="Amount">What goes back.</param>
/// <param name="AskedAt">When it was first asked under this key.</param>
internal sealed record CardRefund(
    string Key, string PaymentIntentId, string OrderId, string OperationId, string PopId, Money Amount, DateTimeOffset AskedAt);

/// <summary>What is known of a charge or a refund after the processor was asked, or failed to answer.</summary>
internal abstract record PaymentOutcome
{
    public sealed record Captured(ProcessorReceipt Receipt) : PaymentOutcome
    {
        /// <summary>Null when the processor did not say.</summary>
        public CardFace? Face { get; init; }
    }

    /// <summary>The processor holds the money for us until <paramref name="CaptureBefore"/>, which is its own word; null when it did not say.</summary>
    public sealed record Authorised(string PaymentIntentId, DateTimeOffset? CaptureBefore) : PaymentOutcome;

    /// <summary>What was held is let go of, or what was captured is given back whole: the customer has paid nothing.</summary>
    public sealed record Released : PaymentOutcome;

    /// <summary>Money is on its way back to the card.</summary>
    public sealed record Refunded(string RefundId) : PaymentOutcome;

    /// <summary>Final for this attempt: nothing is charged and nothing will be.</summary>
    public sealed record Declined(string Code) : PaymentOutcome;

    /// <summary>The processor has it and has not decided, or not told the fee yet: ask after the payment (or refund) itself, by its id.</summary>
    public sealed record Pending(string PaymentIntentId) : PaymentOutcome;

    /// <summary>No usable answer: it may have charged. Only the same key may be asked again.</summary>
    public sealed record Unknown(string Reason) : PaymentOutcome;

    /// <summary>
    /// The processor answered with its own failure, which it repeats for this key for ever. It may have charged: look for the payment, and
    /// take a new key only when there is none.
    /// </summary>
    public sealed record KeySpent(string Reason) : PaymentOutcome;
}
