using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Http;

/// <summary>Refusals as RFC 9457 problem details, each with its stable <c>code</c>.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string detail, string? declineCode = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (declineCode is not null) extensions["declineCode"] = declineCode;
        return Results.Problem(statusCode: status, detail: detail, extensions: extensions);
    }

    public static IResult Of(SaleAnswer.Refused refused)
    {
        var (status, code) = refused.Reason switch
        {
            SaleRefusal.InvalidSale => (400, "invalid_sale"),
            SaleRefusal.UnknownEvent => (404, "unknown_event"),
            SaleRefusal.UnknownSku => (404, "unknown_sku"),
            SaleRefusal.EventNotLive => (409, "event_not_live"),
            SaleRefusal.OutOfStock => (409, "out_of_stock"),
            SaleRefusal.UnknownHold => (404, "unknown_hold"),
            SaleRefusal.HoldMismatch => (409, "hold_mismatch"),
            SaleRefusal.HoldClosed => (409, "hold_closed"),
            SaleRefusal.OrderMismatch => (409, "order_mismatch"),
            SaleRefusal.FloorLimitExceeded => (403, "floor_limit_exceeded"),
            SaleRefusal.CardBlocked => (403, "card_blocked"),
            SaleRefusal.JournalFull => (503, "journal_full"),
            SaleRefusal.Busy => (503, "busy"),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "No status for this refusal."),
        };
        return Of(status, code, refused.Detail);
    }
}
