using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Payments;

/// <summary>A charge as it is asked of the processor: the same values at every try of a <see cref="Key"/>.</summary>
internal sealed record CardPayment(
    string Key, string OrderId, string PopId, string TerminalId, string EventId, Money Amount, string PaymentMethod, DateTimeOffset AskedAt);

/// <summary>What is known of a charge after the processor was asked, or failed to answer.</summary>
internal abstract record PaymentOutcome
{
    public sealed record Captured(ProcessorReceipt Receipt) : PaymentOutcome;

    /// <summary>Final for this attempt: nothing is charged and nothing will be.</summary>
    public sealed record Declined(string Code) : PaymentOutcome;

    /// <summary>The processor has it and has not decided, or not told the fee yet: ask after the payment itself, by its id.</summary>
    public sealed record Pending(string PaymentIntentId) : PaymentOutcome;

    /// <summary>No usable answer: it may have charged. Only the same key may be asked again.</summary>
    public sealed record Unknown(string Reason) : PaymentOutcome;

    /// <summary>
    /// The processor answered with its own failure, which it repeats for this key for ever. It may have charged: look for the payment, and
    /// take a new key only when there is none.
    /// </summary>
    public sealed record KeySpent(string Reason) : PaymentOutcome;
}
