namespace Marquee.Domain.Journals;

/// <summary>
/// What a till decided. The names are part of the canonical form (<see cref="CanonicalEntry"/>): add new ones, never rename one.
/// </summary>
public enum Decision
{
    /// <summary>Taken into the journal, the processor is to be asked. A sale that is decided at once has no such entry.</summary>
    Received,
    ApprovedOnline,
    ApprovedOffline,
    Declined,

    /// <summary>The processor holds the money; it is captured later, or let go of.</summary>
    Authorised,

    /// <summary>The tip of a sale that is authorised was changed; the amount is the new total.</summary>
    TipAdjusted,

    /// <summary>Approved offline, then captured when it was forwarded; or a separate capture of what was authorised.</summary>
    Captured,
    DeclinedAtForward,
    Voided,
    RefundRequested,
    Refunded,
    RefundDeclined,

    /// <summary>A person allowed what the rules alone would not.</summary>
    Overridden,
    HandedOver,
    ShiftEnded,

    /// <summary>Goods or stock changed by hand: a return, damage, a recount.</summary>
    StockAdjusted,

    DebtRetried,
    DebtLinkSent,
    DebtRecovered,
    DebtWrittenOff,
    CardBlocked,
    CardUnblocked,

    /// <summary>The wall clock moved by itself, or was set right by the cloud; the code says which.</summary>
    ClockChanged,

    /// <summary>Another node's open sales became this one's; the reference is the head that they were taken over at.</summary>
    TakenOver,

    /// <summary>This store turned out to be older than what others have seen of it; the reference is the head that they know.</summary>
    SetBack,
}
