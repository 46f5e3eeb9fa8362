using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// What a person did to stock, checked for shape. <see cref="Quantity"/>: units moved; for <see cref="StockAdjustmentKind.Recount"/> the units
/// counted on the shelf. <see cref="OrderId"/>: whose units came back, for <see cref="StockAdjustmentKind.Return"/> and only there.
/// <see cref="AdjustmentId"/> is the asker's own: the same again changes nothing.
/// </summary>
internal sealed record StockAdjustment(
    string AdjustmentId, string EventId, string Sku, StockAdjustmentKind Kind, long Quantity, string Reason, string? OrderId = null)
{
    public const long MaxQuantity = 100_000;
    public const int MaxReason = 200;

    /// <summary>Null when it has the right shape, else what is wrong with it.</summary>
    public string? Problem() => this switch
    {
        _ when !StockId.IsValid(AdjustmentId) => "adjustmentId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(EventId) => "eventId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(Sku) => "sku must be a product's id",
        { Kind: StockAdjustmentKind.Recount, Quantity: < 0 or > MaxQuantity } => "quantity must be 0 to 100000 counted units",
        { Kind: not StockAdjustmentKind.Recount, Quantity: < 1 or > MaxQuantity } => "quantity must be 1 to 100000 units",
        _ when string.IsNullOrWhiteSpace(Reason) || Reason.Length > MaxReason => "reason must be 1 to 200 characters",
        { Kind: StockAdjustmentKind.Return } when !StockId.IsValid(OrderId) => "a return needs the orderId of its sale",
        { Kind: not StockAdjustmentKind.Return, OrderId: not null } => "only a return has an orderId",
        _ => null,
    };

    public byte[] Hash() => RequestHash.Of(
        [AdjustmentId, EventId, Sku, Kind.ToString(), Quantity.ToString(CultureInfo.InvariantCulture), Reason, OrderId]);
}
