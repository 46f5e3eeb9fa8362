using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Stock;

/// <summary>Refusals about stock as problem details.</summary>
internal static class StockProblems
{
    public static IResult Of(StockRefusal refusal)
    {
        var (status, code) = refusal.Reason switch
        {
            StockRefusalReason.InvalidRequest => (400, "invalid_request"),
            StockRefusalReason.UnknownEvent => (404, "unknown_event"),
            StockRefusalReason.UnknownSku => (404, "unknown_sku"),
            StockRefusalReason.UnknownHold => (404, "unknown_hold"),
            StockRefusalReason.UnknownOrder => (404, "unknown_order"),
            StockRefusalReason.EventNotLive => (409, "event_not_live"),
            StockRefusalReason.OutOfStock => (409, "out_of_stock"),
            StockRefusalReason.HoldMismatch => (409, "hold_mismatch"),
            StockRefusalReason.HoldClosed => (409, "hold_closed"),
            StockRefusalReason.AdjustmentMismatch => (409, "adjustment_mismatch"),
            StockRefusalReason.NotThatMany => (409, "not_that_many"),
            StockRefusalReason.TooManyHolds => (503, "too_many_holds"),
            StockRefusalReason.PickQueueFull => (503, "pick_queue_full"),
            StockRefusalReason.JournalFull => (503, "journal_full"),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Reason, "No status for this refusal."),
        };
        return Problems.Of(status, code, refusal.Detail);
    }
}
