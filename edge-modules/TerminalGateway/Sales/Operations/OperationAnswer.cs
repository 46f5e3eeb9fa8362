using Marquee.TerminalGateway.Sales.Refunds;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>Why an operation was not taken: nothing has changed.</summary>
internal enum OperationRefusal
{
    InvalidOperation,
    UnknownOrder,

    /// <summary>The operation's id was used for another request.</summary>
    OperationMismatch,

    /// <summary>Money is captured: what goes back goes as a refund.</summary>
    AlreadyCaptured,

    /// <summary>The processor was asked and its answer is not known: repeat, or refund once it is captured.</summary>
    MayBeCharged,

    /// <summary>The customer has the goods: money goes back as a refund, and the goods come back over the counter.</summary>
    GoodsHandedOver,

    /// <summary>The sale is final in a way that leaves nothing to do.</summary>
    SaleIsFinal,
    NotAuthorised,

    /// <summary>More than the processor holds.</summary>
    ExceedsAuthorisation,

    /// <summary>A sale of several payments is captured as it was authorised.</summary>
    NotAdjustable,
    LinesNotSold,
    NotRefundable,

    /// <summary>More than is left of the sale, or of the payment.</summary>
    ExceedsSale,
    TenderRequired,
    UnknownTender,
    JournalFull,
    Busy,
}

/// <summary>What a terminal is told of an operation.</summary>
internal abstract record OperationAnswer
{
    /// <summary>Done, now or before.</summary>
    public sealed record Done(Sale Sale, Refund? Refund = null) : OperationAnswer;

    /// <summary>Written down and carried on without the terminal: the line is away, or the processor has not decided.</summary>
    public sealed record Accepted(Sale Sale, Refund? Refund = null) : OperationAnswer;

    /// <summary>The processor said no, for good.</summary>
    public sealed record Declined(Sale Sale, Refund? Refund = null) : OperationAnswer;

    public sealed record Refused(OperationRefusal Reason, string Detail) : OperationAnswer;
}
