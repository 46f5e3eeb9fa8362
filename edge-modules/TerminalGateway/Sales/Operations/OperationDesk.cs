using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>
/// Takes what a terminal wants done with a sale from request to answer. An operation once taken is carried on whether or not its terminal
/// still listens; the terminal learns the outcome by repeating it.
/// </summary>
internal sealed class OperationDesk(
    EdgeStore store,
    OperationBook operations,
    RefundBook refunds,
    TenderCashier tenders,
    RefundCashier cashier,
    LineBreaker breaker,
    OrderGates gates,
    GatewaySettings settings)
{
    private const int SqliteFull = 13;

    public Task<OperationAnswer> VoidAsync(string orderId, VoidRequest request) =>
        RunAsync(orderId, request, tx => operations.Void(tx, orderId, request), SettleAsync);

    public Task<OperationAnswer> TipAsync(string orderId, TipRequest request) => RunAsync(
        orderId,
        request,
        tx => operations.Tip(tx, orderId, request),
        sale => Task.FromResult<OperationAnswer>(new OperationAnswer.Done(sale)));

    public Task<OperationAnswer> CaptureAsync(string orderId, CaptureRequest request) =>
        RunAsync(orderId, request, tx => operations.Capture(tx, orderId, request), SettleAsync);

    public Task<OperationAnswer> RefundAsync(string orderId, RefundRequest request) =>
        RunAsync(orderId, request, tx => refunds.Request(tx, orderId, request), sale => PayBackAsync(sale, request));

    private async Task<OperationAnswer> RunAsync(
        string orderId, OperationRequest request, Func<EdgeTransaction, OperationAdmission> admit, Func<Sale, Task<OperationAnswer>> carryOut)
    {
        if (request.Problem() is { } problem) return new OperationAnswer.Refused(OperationRefusal.InvalidOperation, problem);
        // The same gate as sales, forwarding and every other operation of the order: of two that race, one comes first.
        using var gate = await gates.TryEnterAsync(orderId, settings.AuthorisationTimeout).ConfigureAwait(false);
        if (gate is null) return new OperationAnswer.Refused(OperationRefusal.Busy, "The order is being worked on. Repeat the request.");
        OperationAdmission admission;
        try
        {
            admission = await store.WriteAsync(admit).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            return new OperationAnswer.Refused(OperationRefusal.JournalFull, "The disk is full.");
        }

        return admission switch
        {
            OperationAdmission.Refused refused => new OperationAnswer.Refused(refused.Reason, refused.Detail),
            OperationAdmission.Taken taken => await CarryOutAsync(taken.Sale, carryOut).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"No answer to {admission}."),
        };
    }

    // The operation is written down; what the processor said of it may not be. Nothing is said that is not written: repeated, it tells.
    private static async Task<OperationAnswer> CarryOutAsync(Sale sale, Func<Sale, Task<OperationAnswer>> carryOut)
    {
        try
        {
            return await carryOut(sale).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            return new OperationAnswer.Refused(OperationRefusal.JournalFull, "The disk is full. Repeat the request.");
        }
    }

    /// <summary>A void or a capture: the processor is told at once when it can be reached, else when it can.</summary>
    private async Task<OperationAnswer> SettleAsync(Sale sale)
    {
        var voiding = sale.Unwinding is not null || sale.State == SaleState.Voided;
        if (sale.PaidBy == SalePayment.Tenders && SaleLifecycle.IsOpen(sale.State))
            (sale, _) = await tenders.AdvanceAsync(sale.OrderId, settings.AuthorisationTimeout).ConfigureAwait(false);
        return sale.State switch
        {
            SaleState.ApprovedOnline or SaleState.Captured => new OperationAnswer.Done(sale),
            SaleState.Voided or SaleState.Declined => voiding ? new OperationAnswer.Done(sale) : new OperationAnswer.Declined(sale),
            _ => new OperationAnswer.Accepted(sale),
        };
    }

    private async Task<OperationAnswer> PayBackAsync(Sale sale, RefundRequest request)
    {
        var refund = Find(sale, request);
        if (RefundLifecycle.IsOpen(refund.State) && breaker.IsOnline)
        {
            await cashier.AskAsync(sale.OrderId, request.OperationId, settings.AuthorisationTimeout).ConfigureAwait(false);
            refund = Find(sale, request);
        }

        return refund.State switch
        {
            RefundState.Requested or RefundState.Asking => new OperationAnswer.Accepted(sale, refund),
            RefundState.Declined => new OperationAnswer.Declined(sale, refund),
            _ => new OperationAnswer.Done(sale, refund),
        };
    }

    private Refund Find(Sale sale, RefundRequest request) => store.Read(r => RefundRegister.Find(r, sale.OrderId, request.OperationId))
        ?? throw new InvalidOperationException($"Refund {request.OperationId} of {sale.OrderId} was taken and is not there.");
}
