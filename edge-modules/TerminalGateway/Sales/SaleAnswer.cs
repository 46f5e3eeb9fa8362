namespace Marquee.TerminalGateway.Sales;

/// <summary>Why a sale was not taken: nothing is held, nothing was asked of the processor.</summary>
internal enum SaleRefusal
{
    InvalidSale,
    UnknownEvent,
    UnknownSku,
    EventNotLive,
    OutOfStock,
    UnknownHold,
    HoldMismatch,
    HoldClosed,
    PickQueueFull,
    OrderMismatch,
    FloorLimitExceeded,

    /// <summary>The buyer has not shown what a product asks for.</summary>
    IdentityRequired,

    /// <summary>A high-ticket product, without the processor and without a checked buyer.</summary>
    OnlineOrIdentityRequired,

    /// <summary>The card owes for an earlier sale and the processor is away.</summary>
    CardBlocked,
    /// <summary>The tenders do not add up to the total.</summary>
    TendersMismatch,

    /// <summary>The processor is away, and how the sale is to be paid needs it.</summary>
    ProcessorRequired,
    JournalFull,
    Busy,
}

/// <summary>What a terminal is told.</summary>
internal abstract record SaleAnswer
{
    /// <summary>The sale stands; <paramref name="Repeated"/> when it stood before this request.</summary>
    public sealed record Approved(Sale Sale, bool Repeated) : SaleAnswer;

    public sealed record Declined(Sale Sale) : SaleAnswer;

    public sealed record Refused(SaleRefusal Reason, string Detail) : SaleAnswer;

    /// <summary>The processor has it, and the customer has not held a card to the reader yet.</summary>
    public sealed record Waiting(Sale Sale) : SaleAnswer;

    /// <summary>The processor may have charged and the floor limits forbid to decide without it: ask again with the same order.</summary>
    public sealed record Unresolved(string OrderId) : SaleAnswer;
}
