namespace Marquee.Domain.Contracts;

/// <summary>What was done to stock beside selling it.</summary>
public enum StockAdjustmentKind
{
    /// <summary>Sold units came back and wait to be looked at.</summary>
    Return,

    /// <summary>Returned units are good and for sale again.</summary>
    Restock,

    /// <summary>Units on the shelf are broken.</summary>
    Damage,

    /// <summary>Returned units are broken.</summary>
    DamageOnReturn,

    /// <summary>The shelf was counted.</summary>
    Recount,
}

/// <summary>
/// Stock of a PoP was adjusted; sales report themselves. <paramref name="Quantity"/>: units, for a recount by how much the shelf differed
/// from the books (signed). <paramref name="Figures"/>: the product's balance after it, so that whoever hears of it late still knows it right.
/// </summary>
public sealed record StockAdjusted(
    string EventId, string Sku, string AdjustmentId, StockAdjustmentKind Kind, long Quantity, string Reason, string? OrderId, StockFigures Figures) : FactBody
{
    /// <summary>The <see cref="EdgeFact.Stream"/> of facts about stock and fulfilment.</summary>
    public const string FactStream = "stock";
}

/// <summary>
/// Where a product's units are at a PoP: leased (<paramref name="Quota"/>), of those held, sold, returned, damaged; <paramref name="Recounted"/>
/// is what counts of the shelf found over or under the books.
/// </summary>
public sealed record StockFigures(long Quota, long Held, long Sold, long Returned, long Damaged, long Recounted);

/// <summary>How far an order for pick-up has come, as far as the cloud hears of it.</summary>
public enum FulfilmentStage
{
    /// <summary>Paid, and in the queue at the PoP.</summary>
    Queued,

    /// <summary>The shelf had fewer than the books said; the customer waits for goods.</summary>
    BackOrdered,

    /// <summary>Ready to be fetched.</summary>
    Packed,

    /// <summary>The customer has it.</summary>
    HandedOver,

    /// <summary>Kept back until its money is sure.</summary>
    Withheld,

    /// <summary>The sale was undone before the goods left.</summary>
    Cancelled,
}

/// <summary>An order for pick-up came to a stage of its way to the customer.</summary>
public sealed record OrderFulfilment(string EventId, string OrderId, FulfilmentStage Stage, DateTimeOffset PromisedAt) : FactBody;
