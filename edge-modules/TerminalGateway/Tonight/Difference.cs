using Marquee.Domain;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>Why the processor's word is not the till's.</summary>
internal enum DifferenceReason
{
    /// <summary>Approved offline; the processor is asked when the line is back.</summary>
    ForwardOutstanding,

    /// <summary>Outstanding too, and more than today's limits would let through: they were lowered since, or it has waited for too long.</summary>
    OverTheCap,

    /// <summary>The goods are gone, the money is a debt.</summary>
    DeclinedAtForward,

    /// <summary>A debt that nobody will pay any more.</summary>
    DebtWrittenOff,

    /// <summary>The processor holds it for a capture to come.</summary>
    HeldNotCaptured,

    /// <summary>The processor was asked and what it did is not known; asked again under the same key.</summary>
    OutcomeUnknown,

    /// <summary>Money that the customer was told comes back and that the processor still has.</summary>
    RefundUnderWay,
}

/// <summary>A payment, or a refund, of which the processor has not said what the till has.</summary>
internal sealed record Difference
{
    public required string OrderId { get; init; }

    /// <summary>Of a refund.</summary>
    public string? OperationId { get; init; }

    public required string TerminalId { get; init; }

    public required DifferenceReason Reason { get; init; }

    /// <summary>The payment or refund that it is about.</summary>
    public required Money Amount { get; init; }

    /// <summary>Promised − confirmed: 0 where nothing is promised yet, negative where the processor has more than it should.</summary>
    public required Money Value { get; init; }

    /// <summary>When it was promised, or first asked for.</summary>
    public required DateTimeOffset Since { get; init; }

    public required long AgeSeconds { get; init; }

    /// <summary>The decline's code, or which cap.</summary>
    public string? Detail { get; init; }
}

/// <summary>All differences of a reason.</summary>
internal sealed record ReasonSum(DifferenceReason Reason, int Count, Money Amount, Money Value, DateTimeOffset Oldest);
