namespace Marquee.TerminalGateway.Stock;

/// <summary>Where a hold stands.</summary>
internal enum HoldState
{
    /// <summary>The units wait for a payment until the hold expires.</summary>
    Open,

    /// <summary>A sale is being paid for the units; the hold's time does not run out under it.</summary>
    Paying,

    /// <summary>Paid.</summary>
    Sold,

    /// <summary>Given up; the units are free.</summary>
    Released,

    /// <summary>Its time ran out; the units are free.</summary>
    Expired,
}

/// <summary>What can happen to a hold.</summary>
internal enum HoldStep
{
    /// <summary>A sale starts to pay.</summary>
    Pay,

    /// <summary>The sale stands.</summary>
    Commit,

    /// <summary>The sale does not stand: the customer may try another card while the hold lasts.</summary>
    Decline,

    /// <summary>The customer changes their mind.</summary>
    Release,

    /// <summary>The clock.</summary>
    Expire,
}

/// <summary>Units of one product in a hold.</summary>
internal sealed record HoldLine(string Sku, long Quantity);

/// <summary>Units set aside: per product once, quantities added up.</summary>
internal sealed record Hold
{
    public required string HoldId { get; init; }

    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    /// <summary>Null for the hold that a sale takes for itself.</summary>
    public byte[]? RequestHash { get; init; }

    public required IReadOnlyList<HoldLine> Lines { get; init; }

    public required HoldState State { get; init; }

    /// <summary>The sale that pays or has paid.</summary>
    public string? OrderId { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
