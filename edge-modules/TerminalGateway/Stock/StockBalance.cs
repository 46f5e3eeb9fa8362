namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// Where the units of one product are: leased by the cloud, of those held, sold, returned, damaged; and what counts of the shelf found
/// beside the books. A balance is the fold of the product's movements.
/// </summary>
internal readonly record struct StockBalance(long Quota, long Held, long Sold, long Returned, long Damaged, long Recounted)
{
    /// <summary>Units of the PoP that nobody has bought, held ones among them. Negative when more is owed than there is: back-orders.</summary>
    public long OnHand => Quota - Sold - Returned - Damaged + Recounted;

    /// <summary>
    /// Units that may still be sold or held; never negative. A surplus found by a count is not sold until the cloud leases it: by the cloud's
    /// books those units may be somebody else's.
    /// </summary>
    public long Available => Math.Max(0, OnHand - Held - Math.Max(0, Recounted));

    /// <summary>Whether every part is a number of units that can exist.</summary>
    public bool IsPossible => Held >= 0 && Sold >= 0 && Returned >= 0 && Damaged >= 0;

    /// <summary>The balance after a movement of <paramref name="quantity"/> units.</summary>
    public StockBalance After(MovementKind kind, long quantity) => checked(kind switch
    {
        MovementKind.Leased => this with { Quota = Quota + quantity },
        MovementKind.Held => this with { Held = Held + quantity },
        MovementKind.Released or MovementKind.Expired => this with { Held = Held - quantity },
        MovementKind.Sold => this with { Held = Held - quantity, Sold = Sold + quantity },
        MovementKind.SoldAtOnce => this with { Sold = Sold + quantity },
        MovementKind.Voided => this with { Sold = Sold - quantity },
        MovementKind.Returned => this with { Sold = Sold - quantity, Returned = Returned + quantity },
        MovementKind.Restocked => this with { Returned = Returned - quantity },
        MovementKind.DamagedOnShelf => this with { Damaged = Damaged + quantity },
        MovementKind.DamagedOnReturn => this with { Returned = Returned - quantity, Damaged = Damaged + quantity },
        MovementKind.Recounted => this with { Recounted = Recounted + quantity },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No effect is written down for this movement."),
    });
}
