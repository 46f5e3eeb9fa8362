using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Receipts;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Journal;

/// <summary>Tells the cloud of all money once more, for a till that cannot know what it has told: what the cloud has already changes nothing there.</summary>
internal sealed class TellAgain(Outbox outbox, CardFingerprints fingerprints)
{
    /// <summary>Every sale that was approved and what became of it, every payment given back, how debts stand, every shift.</summary>
    public void All(EdgeTransaction tx)
    {
        foreach (var sale in SaleJournal.All(tx))
        {
            var receipts = ReceiptRegister.Of(tx, sale.OrderId);
            if (receipts.FirstOrDefault(r => r.Kind == ReceiptKind.Sale) is { } approval) Approved(tx, sale, approval.Offline, receipts);
            foreach (var tender in sale.PaidBy == SalePayment.Tenders ? TenderRegister.Of(tx, sale) : [])
            {
                if (tender is { State: TenderState.Voided, Receipt: { } reversed }) Tell(tx, new TenderReversed(sale.EventId, sale.OrderId, tender.Number, reversed));
            }

            var refunds = RefundRegister.Of(tx, sale.OrderId);
            foreach (var refund in refunds.Where(r => r.State == RefundState.OffDebt)) Tell(tx, TillFacts.Refunded(refund));
            if (DebtRows.Find(tx, sale.OrderId) is { } debt) Owed(tx, debt);
            foreach (var refund in refunds.Where(r => r.State == RefundState.Refunded)) Tell(tx, TillFacts.Refunded(refund));
        }

        foreach (var shift in ShiftBook.Facts(tx)) Tell(tx, shift);
    }

    private void Approved(EdgeTransaction tx, Sale sale, bool offline, IReadOnlyList<IssuedReceipt> receipts)
    {
        // How it was approved stands in its receipt: a void leaves no trace of it in the sale's state.
        Tell(tx, sale.PaidBy == SalePayment.Tenders
            ? TillFacts.Approved(tx, sale, [.. TenderRegister.Of(tx, sale).Where(t => t.State == TenderState.Captured)])
            : TillFacts.Approved(tx, sale) with { Mode = offline ? ApprovalMode.Offline : ApprovalMode.Online, Receipt = offline ? null : sale.Receipt });
        if (!offline) return;
        if (sale is { State: SaleState.Captured, Receipt: { } receipt }) Tell(tx, new OfflineSaleCaptured(sale.EventId, sale.OrderId, receipt));
        else if (sale.State == SaleState.DeclinedAtForward) Tell(tx, new OfflineSaleDeclined(sale.EventId, sale.OrderId, sale.DeclineCode ?? "declined"));
        else if (receipts.FirstOrDefault(r => r.Kind == ReceiptKind.Void) is { } taken) Tell(tx, new SaleVoided(sale.EventId, sale.OrderId, taken.OperationId));
    }

    private void Owed(EdgeTransaction tx, Debt debt)
    {
        if (debt is { State: DebtState.Recovered, Receipt: { } receipt }) Tell(tx, new DebtRecovered(debt.EventId, debt.OrderId, debt.Amount, receipt));
        else if (debt is { State: DebtState.WrittenOff, Reason: { } reason } && reason != WriteOffReason.Refunded)
            Tell(tx, new DebtWrittenOff(debt.EventId, debt.OrderId, debt.Amount, reason));
        if (debt.Card.Length == 0 || !fingerprints.AreShared) return;
        Tell(tx, DebtRows.Owes(tx, debt.Card) ? new CardBlocked(debt.Card, debt.OrderId) : new CardUnblocked(debt.Card, debt.OrderId));
    }

    private void Tell(EdgeTransaction tx, FactBody fact) => outbox.Append(tx, TillFacts.Stream, fact);
}
