using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Shifts;

namespace Marquee.TerminalGateway.Http;

/// <summary>Refused operations and shifts as problem details.</summary>
internal static class OperationProblems
{
    public static IResult Of(OperationAnswer.Refused refused)
    {
        var (status, code) = refused.Reason switch
        {
            OperationRefusal.InvalidOperation => (400, "invalid_operation"),
            OperationRefusal.UnknownOrder => (404, "unknown_order"),
            OperationRefusal.OperationMismatch => (409, "operation_mismatch"),
            OperationRefusal.AlreadyCaptured => (409, "already_captured"),
            OperationRefusal.MayBeCharged => (409, "payment_may_be_charged"),
            OperationRefusal.GoodsHandedOver => (409, "goods_handed_over"),
            OperationRefusal.SaleIsFinal => (409, "sale_is_final"),
            OperationRefusal.NotAuthorised => (409, "not_authorised"),
            OperationRefusal.ExceedsAuthorisation => (409, "exceeds_authorisation"),
            OperationRefusal.NotAdjustable => (409, "not_adjustable"),
            OperationRefusal.LinesNotSold => (409, "lines_not_sold"),
            OperationRefusal.NotRefundable => (409, "not_refundable"),
            OperationRefusal.ExceedsSale => (409, "refund_exceeds_sale"),
            OperationRefusal.TenderRequired => (400, "tender_required"),
            OperationRefusal.UnknownTender => (404, "unknown_tender"),
            OperationRefusal.JournalFull => (503, "journal_full"),
            OperationRefusal.Busy => (503, "busy"),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "No status for this refusal."),
        };
        return Problems.Of(status, code, refused.Detail);
    }

    public static IResult Of(ShiftAnswer.Refused refused)
    {
        var (status, code) = refused.Reason switch
        {
            ShiftRefusal.InvalidShift => (400, "invalid_shift"),
            ShiftRefusal.UnknownEvent => (404, "unknown_event"),
            ShiftRefusal.ShiftMismatch => (409, "shift_mismatch"),
            ShiftRefusal.JournalFull => (503, "journal_full"),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "No status for this refusal."),
        };
        return Problems.Of(status, code, refused.Detail);
    }
}
