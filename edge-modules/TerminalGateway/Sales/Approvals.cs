using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Sales.Receipts;

namespace Marquee.TerminalGateway.Sales;

/// <summary>What is written when a sale comes to stand, beside its own row and its stock: the decision, the receipt's number, the fact.</summary>
internal sealed class Approvals(Outbox outbox, TillJournal journal, TimeProvider time)
{
    public void Write(EdgeTransaction tx, Sale sale, Decision decision, FactBody fact)
    {
        journal.Append(tx, SaleDecisions.Of(sale, decision));
        ReceiptRegister.Issue(tx, ReceiptKind.Sale, sale, operationId: "", sale.TerminalId, time.GetUtcNow());
        outbox.Append(tx, TillFacts.Stream, fact);
    }
}
