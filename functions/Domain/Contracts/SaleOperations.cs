using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>What a part of a sale was paid with.</summary>
public enum TenderKind
{
    Card,
    Cash,
}

/// <summary>
/// One payment of a sale that has several, or one that is not a card's. <paramref name="Receipt"/> is there exactly when it is a card's.
/// </summary>
/// <param name="Number">From 1, in the order in which the till took them.</param>
/// <param name="Kind">Card or cash.</param>
/// <param name="Amount">What it paid: captured, or in the drawer.</param>
/// <param name="Receipt">The processor's.</param>
public sealed record TenderPart(int Number, TenderKind Kind, Money Amount, ProcessorReceipt? Receipt);

/// <summary>A sale approved offline was taken back before it was forwarded: nothing is charged and nothing will be.</summary>
/// <param name="EventId">The event.</param>
/// <param name="OrderId">The sale.</param>
/// <param name="OperationId">The terminal's own id of what it asked for.</param>
public sealed record SaleVoided(string EventId, string OrderId, string OperationId) : FactBody;

/// <summary>Which way money goes back.</summary>
public enum RefundMethod
{
    /// <summary>To the card that paid.</summary>
    Card,

    /// <summary>Out of the drawer.</summary>
    Cash,

    /// <summary>Nowhere: the sale was declined when it was forwarded, and the customer owes so much less.</summary>
    Debt,
}

/// <summary>
/// Money of a sale went back. The amount is <see cref="Goods"/> + <see cref="Tip"/>; the processor's fee does not come back.
/// </summary>
public sealed record SaleRefunded : FactBody
{
    public required string EventId { get; init; }

    public required string OrderId { get; init; }

    /// <summary>The terminal's own id of the refund; a sale may have many.</summary>
    public required string OperationId { get; init; }

    /// <summary>What goes back of the price of the goods, tax included.</summary>
    public required Money Goods { get; init; }

    /// <summary>What goes back of the tip.</summary>
    public required Money Tip { get; init; }

    /// <summary>What was given back, or need not be paid for; empty when the refund is an allowance on the whole.</summary>
    public required IReadOnlyList<SaleLine> Lines { get; init; }

    public required RefundMethod Method { get; init; }

    /// <summary>The processor's id, exactly when the method is a card.</summary>
    public string? RefundId { get; init; }

    [JsonIgnore]
    public Money Amount => Goods + Tip;
}

/// <summary>
/// A payment of a sale that came to nothing was captured and given back whole (another payment of the sale failed): the processor keeps its
/// fee, which the event bears.
/// </summary>
public sealed record TenderReversed(string EventId, string OrderId, int Tender, ProcessorReceipt Receipt) : FactBody;

/// <summary>
/// A terminal's shift at an event was closed: what it took and gave back since the shift before, and what was in its drawer.
/// </summary>
public sealed record ShiftClosed : FactBody
{
    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    public required string ShiftId { get; init; }

    public required int Sales { get; init; }

    public required int Refunds { get; init; }

    public required int Voids { get; init; }

    public required Money CardSales { get; init; }

    public required Money CashSales { get; init; }

    /// <summary>Approved offline in this shift, whatever became of it; part of <see cref="CardSales"/>.</summary>
    public required Money OfflineSales { get; init; }

    /// <summary>Part of <see cref="CardSales"/> and taken back before they were forwarded.</summary>
    public required Money VoidedSales { get; init; }

    public required Money CardRefunds { get; init; }

    public required Money CashRefunds { get; init; }

    /// <summary>The drawer's float and what the shift's sales and refunds made of it.</summary>
    public required Money ExpectedCash { get; init; }

    public required Money CountedCash { get; init; }

    /// <summary>Positive: more in the drawer than there should be.</summary>
    [JsonIgnore]
    public Money Difference => CountedCash - ExpectedCash;
}
