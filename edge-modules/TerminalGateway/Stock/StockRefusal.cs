namespace Marquee.TerminalGateway.Stock;

/// <summary>Why stock was not moved: nothing has changed.</summary>
internal enum StockRefusalReason
{
    InvalidRequest,
    UnknownEvent,
    UnknownSku,
    UnknownHold,
    UnknownOrder,
    EventNotLive,
    OutOfStock,
    HoldMismatch,
    HoldClosed,
    TooManyHolds,
    AdjustmentMismatch,
    NotThatMany,
    JournalFull,
    PickQueueFull,
}

/// <summary>A refusal with what a person can do about it.</summary>
internal sealed record StockRefusal(StockRefusalReason Reason, string Detail);
