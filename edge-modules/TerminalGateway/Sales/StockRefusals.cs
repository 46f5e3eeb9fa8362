using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales;

/// <summary>What a sale says when its stock is refused.</summary>
internal static class StockRefusals
{
    public static Admission.Refused Of(StockRefusal refusal) => new(
        refusal.Reason switch
        {
            StockRefusalReason.UnknownSku => SaleRefusal.UnknownSku,
            StockRefusalReason.OutOfStock => SaleRefusal.OutOfStock,
            StockRefusalReason.UnknownHold => SaleRefusal.UnknownHold,
            StockRefusalReason.HoldMismatch => SaleRefusal.HoldMismatch,
            StockRefusalReason.HoldClosed => SaleRefusal.HoldClosed,
            StockRefusalReason.PickQueueFull => SaleRefusal.PickQueueFull,
            _ => throw new InvalidOperationException($"A sale is not refused for {refusal.Reason}."),
        },
        refusal.Detail);
}
