namespace Marquee.TerminalGateway.Sales;

/// <summary>Where a sale stands in the journal.</summary>
internal enum SaleState
{
    /// <summary>Accepted, stock held, nothing said to the processor.</summary>
    Received,

    /// <summary>The processor may have been asked; what it did is not known.</summary>
    Authorising,

    /// <summary>The processor has captured the money.</summary>
    ApprovedOnline,

    /// <summary>The processor declined; the stock is free again.</summary>
    Declined,

    /// <summary>Approved under the floor limits; the money is at risk until it is forwarded.</summary>
    ApprovedOffline,

    /// <summary>Approved offline, then captured.</summary>
    Captured,

    /// <summary>Approved offline, then declined: the goods are gone, the money is a debt.</summary>
    DeclinedAtForward,

    /// <summary>The processor holds the money for us until it is captured, voided or its window ends.</summary>
    Authorised,

    /// <summary>Taken back before any money was captured; nothing is charged and nothing will be.</summary>
    Voided,
}

/// <summary>What can happen to a sale.</summary>
internal enum SaleStep
{
    /// <summary>Ask the processor, for the first time or again.</summary>
    Ask,

    /// <summary>The processor says that it captured.</summary>
    Capture,

    /// <summary>The processor says no, for good.</summary>
    Decline,

    /// <summary>The till decides by itself.</summary>
    ApproveOffline,

    /// <summary>The processor says that it holds the money.</summary>
    Authorise,

    /// <summary>Take it back before money is captured, or note that the processor let go of it.</summary>
    Void,
}
