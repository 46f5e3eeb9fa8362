using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales;

/// <summary>
/// Takes a terminal's sale from request to answer. A sale once admitted is carried on whether or not its terminal still listens; the
/// terminal learns the outcome by repeating the order.
/// </summary>
internal sealed partial class SaleDesk(
    EdgeStore store, SaleBook book, Cashier cashier, TenderCashier tenders, LineBreaker breaker, OrderGates gates, GatewaySettings settings, ILogger<SaleDesk> logger)
{
    private const int SqliteFull = 13;

    private int _underWay;

    /// <param name="with">What is written in the same transaction as the sale's admission: the number of the request that asks for it.</param>
    public async Task<SaleAnswer> SellAsync(SaleRequest request, Action<EdgeTransaction>? with = null)
    {
        if (request.Problem() is { } problem) return new SaleAnswer.Refused(SaleRefusal.InvalidSale, problem);
        if (settings.CiphertextEndpoint is null && request.Tenders?.Any(t => t.Ciphertext is not null) == true)
            return new SaleAnswer.Refused(SaleRefusal.InvalidSale, "This till has nobody to give a ciphertext to.");
        if (Interlocked.Increment(ref _underWay) > settings.MaxConcurrentSales)
        {
            Interlocked.Decrement(ref _underWay);
            return new SaleAnswer.Refused(SaleRefusal.Busy, "Too many sales are under way.");
        }

        try
        {
            using var gate = await gates.TryEnterAsync(request.OrderId, settings.AuthorisationTimeout).ConfigureAwait(false);
            return gate is null ? new SaleAnswer.Unresolved(request.OrderId) : await SellAloneAsync(request, with).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<SaleAnswer> SellAloneAsync(SaleRequest request, Action<EdgeTransaction>? with)
    {
        Admission admission;
        var draft = book.Draft(request, offline: !breaker.IsOnline);
        try
        {
            admission = await store.WriteAsync(tx =>
            {
                with?.Invoke(tx);
                return book.Admit(tx, draft, offline: !breaker.IsOnline);
            }).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            return new SaleAnswer.Refused(SaleRefusal.JournalFull, "The disk is full.");
        }
        catch (OverflowException)
        {
            return new SaleAnswer.Refused(SaleRefusal.InvalidSale, "The total is out of range.");
        }

        return admission switch
        {
            Admission.Refused refused => new SaleAnswer.Refused(refused.Reason, refused.Detail),
            Admission.Accepted accepted => await DecideAndAnswerAsync(accepted).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"No answer to {admission}."),
        };
    }

    private async Task<SaleAnswer> DecideAndAnswerAsync(Admission.Accepted accepted)
    {
        try
        {
            return accepted.Sale.PaidBy == SalePayment.Card
                ? Answer(await DecideAsync(accepted.Sale).ConfigureAwait(false), accepted.Existed)
                : await AdvanceAsync(accepted.Sale, accepted.Existed).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            // The disk failed after the processor may have been asked: nothing is said that is not written. The order, repeated, tells.
            LogJournalFailed(logger, accepted.Sale.OrderId, e);
            return new SaleAnswer.Unresolved(accepted.Sale.OrderId);
        }
    }

    private async Task<Sale> DecideAsync(Sale sale)
    {
        if (IsUndecided(sale) && breaker.IsOnline) (sale, _) = await cashier.AskAsync(sale, settings.AuthorisationTimeout).ConfigureAwait(false);
        // The processor may have charged all the same. Forwarding asks again under the same key, so this is never a second charge.
        if (IsUndecided(sale)) sale = await store.WriteAsync(tx => book.ApproveOffline(tx, sale.OrderId)).ConfigureAwait(false);
        return sale;
    }

    private async Task<SaleAnswer> AdvanceAsync(Sale sale, bool repeated)
    {
        var answered = true;
        if (IsUndecided(sale)) (sale, answered) = await tenders.AdvanceAsync(sale.OrderId, settings.AuthorisationTimeout).ConfigureAwait(false);
        return IsUndecided(sale) && answered ? new SaleAnswer.Waiting(sale) : Answer(sale, repeated);
    }

    private static bool IsUndecided(Sale sale) => sale.State is SaleState.Received or SaleState.Authorising;

    private static SaleAnswer Answer(Sale sale, bool repeated) => sale.State switch
    {
        SaleState.Declined => new SaleAnswer.Declined(sale),
        // What was voided since is answered as it stands now.
        _ when SaleLifecycle.IsApproved(sale.State) || sale.State == SaleState.Voided => new SaleAnswer.Approved(sale, repeated),
        _ => new SaleAnswer.Unresolved(sale.OrderId),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Sale {OrderId}: the journal cannot be written")]
    private static partial void LogJournalFailed(ILogger logger, string orderId, Exception exception);
}
