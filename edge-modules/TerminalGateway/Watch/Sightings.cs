using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Watch;

/// <summary>How what terminals ask and hear reads as observations; null where there is nothing to see.</summary>
internal static class Sightings
{
    /// <summary>An answer that is only repeated is no second sale, and a request without the right shape names nobody.</summary>
    public static SaleObserved? Of(SaleRequest request, SaleAnswer answer, DateTimeOffset now)
    {
        SaleOutcome? outcome = answer switch
        {
            SaleAnswer.Approved { Repeated: false, Sale.WasOffline: true } => SaleOutcome.ApprovedOffline,
            SaleAnswer.Approved { Repeated: false } => SaleOutcome.Approved,
            SaleAnswer.Declined => SaleOutcome.Declined,
            SaleAnswer.Refused { Reason: SaleRefusal.InvalidSale or SaleRefusal.Busy } => null,
            SaleAnswer.Refused => SaleOutcome.Refused,
            SaleAnswer.Unresolved => SaleOutcome.Unresolved,
            _ => null,
        };
        var sale = answer switch
        {
            SaleAnswer.Approved approved => approved.Sale,
            SaleAnswer.Declined declined => declined.Sale,
            _ => null,
        };
        // No processor that the till speaks to tells the first six digits.
        return outcome is { } known
            ? new(request.TerminalId, now, request.TerminalSequence, request.OrderId, request.EventId, Card(request), Bin: null, sale?.Total, known)
            : null;
    }

    /// <summary>A refund or a void. What the till refuses is what there is to see: it names no order of this PoP's, or more than was paid.</summary>
    public static RefundObserved? Of(string orderId, OperationRequest operation, OperationAnswer answer, DateTimeOffset now)
    {
        if (operation is not (RefundRequest or VoidRequest)) return null;
        var asked = operation is RefundRequest refund ? (refund.AmountMinorUnits ?? 0) + (refund.TipMinorUnits ?? 0) : 0;
        return answer switch
        {
            OperationAnswer.Done { Refund: { } made } => Seen(made.Amount.MinorUnits, made.Amount.MinorUnits),
            OperationAnswer.Accepted { Refund: { } made } => Seen(made.Amount.MinorUnits, made.Amount.MinorUnits),
            OperationAnswer.Refused { Reason: OperationRefusal.UnknownOrder } => Seen(asked, null),
            // How much is left the refusal does not say; that it is less than was asked it does.
            OperationAnswer.Refused { Reason: OperationRefusal.ExceedsSale or OperationRefusal.LinesNotSold } => Seen(Math.Max(1, asked), 0),
            _ => null,
        };

        RefundObserved Seen(long minorUnits, long? refundable) => new(operation.TerminalId, now, 0, orderId, minorUnits, refundable);
    }

    private static string? Card(SaleRequest request) =>
        request.PaymentMethod ?? request.Tenders?.FirstOrDefault(t => t.Means == TenderMeans.Card)?.PaymentMethod;
}
