using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Receipts;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>
/// The rules of refunds, each a piece of work for one transaction. A refund is always of a sale in this till's own journal, and all refunds of
/// a sale, the waiting ones included, never come to more than it.
/// </summary>
internal sealed class RefundBook(Outbox outbox, TillJournal journal, OperationBook operations, DebtBook debts, TimeProvider time)
{
    /// <summary>Takes a refund into the journal; one that is there already is returned as it stands.</summary>
    public OperationAdmission Request(EdgeTransaction tx, string orderId, RefundRequest request)
    {
        if (OperationBook.Find(tx, orderId, request, out var sale, out var repeated) is { } refused) return refused;
        if (repeated) return new OperationAdmission.Taken(sale);
        if (!(SaleLifecycle.IsCaptured(sale.State) || sale.State is SaleState.ApprovedOffline or SaleState.DeclinedAtForward))
            return Refuse(OperationRefusal.NotRefundable, $"The sale is {sale.State}; there is nothing to give back.");
        if (DebtRows.Find(tx, orderId) is { State: DebtState.WrittenOff })
            return Refuse(OperationRefusal.NotRefundable, "The sale was never paid and its debt is written off; there is nothing to give back.");
        if (TillRoom.Left(tx, outbox) < 2) return Refuse(OperationRefusal.JournalFull, "The outbox is full; facts of earlier sales come first.");
        var tenders = TenderRegister.Of(tx, sale);
        if (request.Tender is null && tenders.Count > 1)
            return Refuse(OperationRefusal.TenderRequired, "The sale has several payments: say which one is refunded.");
        if (tenders.FirstOrDefault(t => t.Number == (request.Tender ?? 1)) is not { } tender)
            return Refuse(OperationRefusal.UnknownTender, "The sale has no such payment.");
        var left = RefundableRest.Of(sale, tender, RefundRegister.Of(tx, orderId));
        if (left.Share(request, out var goods, out var tip, out var lines) is { } problem) return problem;
        var refund = RefundRegister.Insert(tx, New(sale, tender, request, goods, tip, lines));
        OperationRegister.Insert(tx, orderId, request, time.GetUtcNow());
        MoveGoods(tx, sale, request, lines, isAll: goods == left.Goods);
        if (sale is { State: SaleState.ApprovedOffline, AttemptedAt: null } && refund.Amount == sale.Total)
        {
            // Nothing was asked for and all of it is to go back: nothing will be asked for.
            return new OperationAdmission.Taken(operations.VoidOffline(tx, sale, request));
        }

        journal.Append(tx, Decided(refund, Decision.RefundRequested));
        if (refund.Method == RefundMethod.Cash) Complete(tx, sale, refund.After(RefundStep.Refund));
        else if (sale.State == SaleState.DeclinedAtForward) TryTakeOffDebt(tx, sale, refund);
        return new OperationAdmission.Taken(sale);
    }

    /// <summary>What came back is for sale again, if the till was told so. Nothing that is not paid for any more is picked, or waits to be.</summary>
    private void MoveGoods(EdgeTransaction tx, Sale sale, RefundRequest request, IReadOnlyList<SaleLine> lines, bool isAll)
    {
        var now = time.GetUtcNow();
        if (request.Restock) SaleStock.Restock(tx, sale, lines, now);
        else SaleStock.LeaveUnpicked(tx, sale, lines, now);
        if (isAll) PickBook.Cancel(tx, sale.OrderId, now);
    }

    /// <summary>Notes, before the processor is asked, that it is about to be. Null when there is nothing to ask: yet, or any more.</summary>
    public AskedRefund? BeginAsking(EdgeTransaction tx, string orderId, string operationId)
    {
        var refund = RefundRegister.Find(tx, orderId, operationId)!;
        var sale = SaleJournal.Find(tx, orderId)!;
        if (!RefundLifecycle.IsOpen(refund.State)) return null;
        var debt = DebtRows.Find(tx, orderId);
        if (sale.State == SaleState.DeclinedAtForward && debt?.State != DebtState.Recovered)
        {
            if (refund.State == RefundState.Requested) TryTakeOffDebt(tx, sale, refund);
            return null;
        }

        var paid = debt?.Receipt?.PaymentIntentId;
        if (paid is null && !SaleLifecycle.IsCaptured(sale.State)) return null;
        var after = refund.After(RefundStep.Ask) with { AttemptedAt = refund.AttemptedAt ?? time.GetUtcNow() };
        if (after != refund) RefundRegister.Update(tx, after);
        return new AskedRefund(after, paid ?? TenderRegister.Of(tx, sale).Single(t => t.Number == refund.Tender).PaymentIntentId!);
    }

    /// <summary>Takes a new key after the old one is known to have refunded nothing. <paramref name="from"/> is the attempt that this was learnt of.</summary>
    public void BeginNewAttempt(EdgeTransaction tx, string orderId, string operationId, int from)
    {
        var refund = RefundRegister.Find(tx, orderId, operationId)!;
        if (refund.State == RefundState.Asking && refund.Attempt == from)
            RefundRegister.Update(tx, refund with { Attempt = checked(from + 1), AttemptedAt = time.GetUtcNow(), RefundId = null });
    }

    /// <summary>Writes down what the processor said and reports it, once; a refund that is final stays as it is.</summary>
    public void Record(EdgeTransaction tx, string orderId, string operationId, PaymentOutcome outcome)
    {
        var refund = RefundRegister.Find(tx, orderId, operationId)!;
        if (!RefundLifecycle.IsOpen(refund.State)) return;
        var sale = SaleJournal.Find(tx, orderId)!;
        switch (outcome)
        {
            case PaymentOutcome.Refunded done:
                Complete(tx, sale, refund.After(RefundStep.Refund) with { RefundId = done.RefundId });
                break;
            case PaymentOutcome.Declined declined:
                refund = refund.After(RefundStep.Decline) with { DeclineCode = declined.Code, DecidedAt = time.GetUtcNow() };
                RefundRegister.Update(tx, refund);
                journal.Append(tx, Decided(refund, Decision.RefundDeclined));
                Draining.ReportIfDrained(tx, outbox, refund.EventId);
                break;
            case PaymentOutcome.Pending pending:
                RefundRegister.Update(tx, refund with { RefundId = pending.PaymentIntentId });
                break;
        }
    }

    /// <summary>What goes back of a debt comes off it; while a payment of the whole may be under way it waits, and goes to the card if that was made.</summary>
    private void TryTakeOffDebt(EdgeTransaction tx, Sale sale, Refund refund)
    {
        if (DebtRows.Find(tx, sale.OrderId) is { } debt && !DebtBook.CanReduce(debt))
        {
            debts.Hurry(tx, sale.OrderId);
            return;
        }

        Complete(tx, sale, refund.After(RefundStep.TakeOffDebt) with { Method = RefundMethod.Debt });
        debts.Reduce(tx, sale.OrderId, refund.Amount);
    }

    private void Complete(EdgeTransaction tx, Sale sale, Refund refund)
    {
        refund = refund with { DecidedAt = time.GetUtcNow() };
        RefundRegister.Update(tx, refund);
        journal.Append(tx, Decided(refund, Decision.Refunded));
        ReceiptRegister.Issue(tx, ReceiptKind.Refund, sale, refund.OperationId, refund.TerminalId, time.GetUtcNow());
        outbox.Append(tx, TillFacts.Stream, TillFacts.Refunded(refund));
        Draining.ReportIfDrained(tx, outbox, refund.EventId);
    }

    private Refund New(Sale sale, Tender tender, RefundRequest request, Money goods, Money tip, IReadOnlyList<SaleLine> lines) => new()
    {
        Number = 0,
        OrderId = sale.OrderId,
        OperationId = request.OperationId,
        EventId = sale.EventId,
        TerminalId = request.TerminalId,
        Tender = tender.Number,
        Goods = goods,
        Tip = tip,
        Lines = lines,
        Restocked = request.Restock,
        Method = tender.Means == TenderMeans.Cash ? RefundMethod.Cash : RefundMethod.Card,
        State = RefundState.Requested,
        Attempt = 1,
        RequestedAt = time.GetUtcNow(),
    };

    private static JournalEntry Decided(Refund refund, Decision decision) => new()
    {
        Decision = decision,
        TerminalId = refund.TerminalId,
        EventId = refund.EventId,
        OrderId = refund.OrderId,
        Amount = refund.Amount,
        Reference = refund.RefundId,
        Code = refund.DeclineCode ?? refund.OperationId,
    };

    private static OperationAdmission.Refused Refuse(OperationRefusal reason, string detail) => new(reason, detail);
}

/// <summary>A refund that is noted as asked, and the payment that it is of.</summary>
internal sealed record AskedRefund(Refund Refund, string PaymentIntentId);
