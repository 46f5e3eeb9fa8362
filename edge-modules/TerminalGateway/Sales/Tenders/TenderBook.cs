using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>
/// The rules of sales that are paid by tenders, each a piece of work for one transaction: every payment is held before any is captured, and
/// when one fails all that is held is let go of. What is to be asked of the processor is on disk before it is asked.
/// </summary>
internal sealed class TenderBook(Outbox outbox, TillJournal journal, Approvals approvals, TimeProvider time)
{
    /// <summary>The processor let go of held money before anybody captured it.</summary>
    public const string Expired = "authorisation_expired";

    private static readonly TimeSpan LookUpEvery = TimeSpan.FromMinutes(1);

    /// <summary>Decides what is to be done next for a sale and notes it.</summary>
    public TenderTask Next(EdgeTransaction tx, string orderId)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        if (sale.PaidBy != SalePayment.Tenders || !SaleLifecycle.IsOpen(sale.State)) return new TenderTask.None(sale);
        var tenders = TenderRegister.Of(tx, sale);
        if (sale.Unwinding is null && tenders.FirstOrDefault(t => t.State is TenderState.Declined or TenderState.Voiding) is { } failed)
            sale = Unwind(tx, sale, failed.DeclineCode ?? "declined");
        return sale.Unwinding is null ? Proceed(tx, sale, tenders) : Undo(tx, sale, tenders);
    }

    /// <summary>From here on everything that the sale's tenders hold is given back.</summary>
    public static Sale Unwind(EdgeTransaction tx, Sale sale, string why)
    {
        sale = sale with { Unwinding = why };
        SaleJournal.Update(tx, sale);
        return sale;
    }

    /// <summary>Writes down what the processor said of a tender.</summary>
    public void Record(EdgeTransaction tx, string orderId, int number, PaymentOutcome outcome)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        var tender = TenderRegister.Of(tx, sale).Single(t => t.Number == number);
        var after = TenderOutcomes.Apply(tender, outcome, time.GetUtcNow());
        if (after == tender) return;
        TenderRegister.Update(tx, after);
        if (after.State == TenderState.Voided && after.Receipt is { } receipt)
            outbox.Append(tx, TillFacts.Stream, new TenderReversed(sale.EventId, orderId, number, receipt));
    }

    /// <summary>Takes a new payment key after the old one is known to have done nothing. <paramref name="from"/> is the attempt that this was learnt of.</summary>
    public void BeginNewAttempt(EdgeTransaction tx, string orderId, int number, int from)
    {
        var tender = TenderRegister.Of(tx, SaleJournal.Find(tx, orderId)!).Single(t => t.Number == number);
        if (tender.Attempt == from && !tender.IsFinal) TenderRegister.Update(tx, tender with { Attempt = checked(from + 1), AttemptedAt = time.GetUtcNow() });
    }

    private TenderTask Proceed(EdgeTransaction tx, Sale sale, IReadOnlyList<Tender> tenders)
    {
        var now = time.GetUtcNow();
        var asked = tenders.Where(t => t.Means != TenderMeans.Cash).ToList();
        if (asked.FirstOrDefault(t => t.State is TenderState.Planned or TenderState.Authorising) is { } open)
            return new TenderTask.Authorise(sale, Step(tx, open, TenderStep.Ask, t => t with { AttemptedAt = t.AttemptedAt ?? now }));
        if (asked.All(t => t.State == TenderState.Captured)) return new TenderTask.None(Complete(tx, sale, tenders, now));
        if (sale.Capture == CaptureMode.Manual)
        {
            if (sale.State == SaleState.Authorising) return new TenderTask.None(Hold(tx, sale, now));
            return asked.FirstOrDefault(t => t.CaptureBefore <= now && t.AttemptedAt + LookUpEvery <= now) is { } late
                ? new TenderTask.LookUp(sale, late)
                : new TenderTask.None(sale);
        }

        // Hold, pay, commit: the last look at the stock before money moves for good.
        if (!SaleStock.IsHeld(tx, sale.OrderId)) return Undo(tx, Unwind(tx, sale, "stock_no_longer_held"), tenders);
        var due = asked.First(t => t.State != TenderState.Captured);
        return new TenderTask.Capture(sale, Step(tx, due, TenderStep.BeginCapture));
    }

    private Sale Hold(EdgeTransaction tx, Sale sale, DateTimeOffset now)
    {
        sale = sale.After(SaleStep.Authorise) with { DecidedAt = now };
        SaleJournal.Update(tx, sale);
        journal.Append(tx, SaleDecisions.Of(sale, Decision.Authorised));
        return sale;
    }

    private Sale Complete(EdgeTransaction tx, Sale sale, IReadOnlyList<Tender> tenders, DateTimeOffset now)
    {
        List<Tender> paid = [];
        foreach (var tender in tenders)
        {
            if (tender.Means == TenderMeans.Cash && tender.State == TenderState.Planned)
                paid.Add(Step(tx, Step(tx, Step(tx, tender, TenderStep.Authorise), TenderStep.BeginCapture), TenderStep.Capture));
            else paid.Add(tender);
        }

        var decision = sale.State == SaleState.Authorised ? Decision.Captured : Decision.ApprovedOnline;
        sale = sale.After(SaleStep.Capture) with { DecidedAt = sale.DecidedAt ?? now, PaymentIntentId = paid.FirstOrDefault(t => t.PaymentIntentId is not null)?.PaymentIntentId };
        SaleStock.Commit(tx, sale, now);
        SaleJournal.Update(tx, sale);
        approvals.Write(tx, sale, decision, TillFacts.Approved(tx, sale, paid));
        Draining.ReportIfDrained(tx, outbox, sale.EventId);
        return sale;
    }

    private TenderTask Undo(EdgeTransaction tx, Sale sale, IReadOnlyList<Tender> tenders)
    {
        foreach (var tender in tenders.Where(t => t.State is not (TenderState.Declined or TenderState.Voided)))
        {
            if (tender.State == TenderState.Planned || tender.Means == TenderMeans.Cash) Step(tx, tender, TenderStep.Void);
            // Its answer was lost, so nothing names what may be held: the same key asks again, and then it is let go of.
            else if (tender.State == TenderState.Authorising && tender.PaymentIntentId is null) return new TenderTask.Authorise(sale, tender);
            else return new TenderTask.Release(sale, Step(tx, tender, TenderStep.BeginVoid));
        }

        return new TenderTask.None(End(tx, sale));
    }

    private Sale End(EdgeTransaction tx, Sale sale)
    {
        var now = time.GetUtcNow();
        var wasHeld = sale.State == SaleState.Authorised;
        var why = sale.Unwinding;
        sale = sale.After(wasHeld ? SaleStep.Void : SaleStep.Decline) with { DeclineCode = why, DecidedAt = sale.DecidedAt ?? now };
        // The goods of a sale whose window ran out are gone, as far as the till can know: what is on the shelf is for a count to say.
        if (why == Expired) SaleStock.Commit(tx, sale, now);
        else SaleStock.GiveBack(tx, sale, now);
        SaleJournal.Update(tx, sale);
        journal.Append(tx, SaleDecisions.Of(sale, wasHeld ? Decision.Voided : Decision.Declined));
        Draining.ReportIfDrained(tx, outbox, sale.EventId);
        return sale;
    }

    private static Tender Step(EdgeTransaction tx, Tender tender, TenderStep step, Func<Tender, Tender>? change = null)
    {
        var after = tender.After(step);
        if (change is not null) after = change(after);
        if (after != tender) TenderRegister.Update(tx, after);
        return after;
    }
}
