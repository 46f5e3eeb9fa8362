namespace Marquee.TerminalGateway.Stock;

/// <summary>What can happen to units of a product at this PoP. <see cref="StockBalance.After"/> says what each does to the balance.</summary>
internal enum MovementKind
{
    /// <summary>The cloud leased units to the PoP, or took some back (negative).</summary>
    Leased,

    /// <summary>Set aside for a customer who has not paid.</summary>
    Held,

    /// <summary>A hold given up, or its payment declined.</summary>
    Released,

    /// <summary>A hold that nobody paid in time.</summary>
    Expired,

    /// <summary>Held units, paid.</summary>
    Sold,

    /// <summary>Sold without a hold before: approved in the moment it was asked for.</summary>
    SoldAtOnce,

    /// <summary>A sale undone before its goods left: they are free again.</summary>
    Voided,

    /// <summary>Sold units that came back and wait to be looked at.</summary>
    Returned,

    /// <summary>Returned units, found good.</summary>
    Restocked,

    /// <summary>Broken on the shelf.</summary>
    DamagedOnShelf,

    /// <summary>Returned units, found broken.</summary>
    DamagedOnReturn,

    /// <summary>The shelf was counted: by how much it differed from the books (signed).</summary>
    Recounted,
}
