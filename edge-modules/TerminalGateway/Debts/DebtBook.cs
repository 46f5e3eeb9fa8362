using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Debts;

/// <summary>
/// The rules of debts, each a piece of work for one transaction: debt, block-list, goods, journal and the facts for the cloud commit together.
/// </summary>
internal sealed class DebtBook(Outbox outbox, TillJournal journal, CardFingerprints fingerprints, OfflinePolicy policy, TimeProvider time)
{
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1);

    /// <summary>A forwarded sale was declined: its customer owes it, and nothing more is approved offline for the card.</summary>
    /// <param name="tx">The transaction that records the decline.</param>
    /// <param name="sale">As it was when it was forwarded, with its token.</param>
    /// <param name="declineCode">The processor's.</param>
    public void Open(EdgeTransaction tx, Sale sale, string declineCode)
    {
        var now = time.GetUtcNow();
        var next = RetryPlan.Next(declineCode, 0, now);
        var debt = new Debt
        {
            OrderId = sale.OrderId,
            EventId = sale.EventId,
            TerminalId = sale.TerminalId,
            Amount = sale.Total,
            Card = policy.Card(tx, sale),
            PaymentMethod = next is null ? null : sale.PaymentMethod,
            State = DebtState.Open,
            DeclineCode = declineCode,
            DueAt = next ?? now,
            OpenedAt = now,
        };
        DebtRows.Put(tx, debt);
        if (debt.Card.Length == 0) return;
        BlockList.Block(tx, debt.Card, now);
        Note(tx, debt, Decision.CardBlocked, reference: debt.Card);
        if (fingerprints.AreShared) outbox.Append(tx, TillFacts.Stream, new CardBlocked(debt.Card, debt.OrderId));
    }

    /// <summary>On disk before the processor is asked. Returns the debt as it then stands.</summary>
    public Debt BeginRetry(EdgeTransaction tx, string orderId)
    {
        var debt = Require(tx, orderId);
        if (debt is not { State: DebtState.Open, TriesCard: true }) return debt;
        debt = debt.After(DebtStep.Retry) with { Tries = debt.Tries + 1, Attempt = 1, AskedAt = time.GetUtcNow(), PaymentIntentId = null };
        DebtRows.Put(tx, debt);
        Note(tx, debt, Decision.DebtRetried);
        return debt;
    }

    /// <summary>Takes a new payment key after the old one is known to have charged nothing.</summary>
    public void BeginNewAttempt(EdgeTransaction tx, string orderId, int from)
    {
        var debt = Require(tx, orderId);
        if (debt.State == DebtState.Retrying && debt.Attempt == from)
            DebtRows.Put(tx, debt with { Attempt = checked(from + 1), AskedAt = time.GetUtcNow(), PaymentIntentId = null });
    }

    /// <summary>The processor has the payment and has not decided.</summary>
    public static void Pending(EdgeTransaction tx, string orderId, string paymentIntentId)
    {
        var debt = Require(tx, orderId);
        if (debt.State == DebtState.Retrying) DebtRows.Put(tx, debt with { PaymentIntentId = paymentIntentId });
    }

    /// <summary>The card was declined again.</summary>
    public void Failed(EdgeTransaction tx, string orderId, string declineCode)
    {
        var debt = Require(tx, orderId);
        if (debt.State != DebtState.Retrying) return;
        var now = time.GetUtcNow();
        var next = RetryPlan.Next(declineCode, debt.Tries, now);
        DebtRows.Put(tx, debt.After(DebtStep.Fail) with
        {
            DeclineCode = declineCode,
            DueAt = next ?? now,
            PaymentMethod = next is null ? null : debt.PaymentMethod,
            PaymentIntentId = null,
        });
    }

    /// <summary>The customer can pay by a link, and by it only: the card is not tried any more. Sent again, it lives as long again.</summary>
    public void LinkSent(EdgeTransaction tx, string orderId, string linkId, Uri url, string? actor)
    {
        var debt = Require(tx, orderId);
        if (!DebtLifecycle.Move(debt.State, DebtStep.SendLink).IsLegal) return;
        var now = time.GetUtcNow();
        debt = debt.After(DebtStep.SendLink) with { LinkId = linkId, LinkUrl = url, LinkSentAt = now, DueAt = LinkLooks.Next(now, now), PaymentMethod = null };
        DebtRows.Put(tx, debt);
        Note(tx, debt, Decision.DebtLinkSent, reference: linkId, actor: actor);
    }

    /// <summary>The link was looked at and is not paid.</summary>
    public void LinkLookedAt(EdgeTransaction tx, string orderId)
    {
        var debt = Require(tx, orderId);
        if (debt is { State: DebtState.LinkSent, LinkSentAt: { } sentAt }) DebtRows.Put(tx, debt with { DueAt = LinkLooks.Next(sentAt, time.GetUtcNow()) });
    }

    /// <summary>Nobody can pay by the link any more and nobody has; another can be made.</summary>
    public void LinkTakenBack(EdgeTransaction tx, string orderId)
    {
        var debt = Require(tx, orderId);
        if (debt.State != DebtState.LinkSent) return;
        DebtRows.Put(tx, debt.After(DebtStep.TakeBackLink) with { LinkNumber = debt.LinkNumber + 1, DueAt = time.GetUtcNow() });
    }

    /// <summary>What was asked for under the link's number has no usable answer and never will: the next is asked for under another.</summary>
    public static void LinkSpent(EdgeTransaction tx, string orderId, int number)
    {
        var debt = Require(tx, orderId);
        if (debt.State == DebtState.Open && debt.LinkNumber == number) DebtRows.Put(tx, debt with { LinkNumber = number + 1 });
    }

    /// <summary>The processor will not make a link: it is asked again later.</summary>
    public void Postpone(EdgeTransaction tx, string orderId)
    {
        var debt = Require(tx, orderId);
        if (debt.State == DebtState.Open) DebtRows.Put(tx, debt with { DueAt = time.GetUtcNow() + AfterRefusal });
    }

    /// <summary>Paid, by whichever way was open. Once: a debt that is closed stays as it is.</summary>
    public void Paid(EdgeTransaction tx, string orderId, ProcessorReceipt receipt)
    {
        var debt = Require(tx, orderId);
        if (debt.IsClosed) return;
        debt = Close(tx, debt.After(DebtStep.Pay) with { Receipt = receipt, PaymentIntentId = receipt.PaymentIntentId });
        Note(tx, debt, Decision.DebtRecovered, reference: receipt.PaymentIntentId);
        outbox.Append(tx, TillFacts.Stream, new DebtRecovered(debt.EventId, orderId, debt.Amount, receipt));
        SaleStock.Recovered(tx, orderId, time.GetUtcNow());
        Unblock(tx, debt);
    }

    /// <summary>Nobody will pay. Goods that have not left are for sale again; the card stays blocked. Null when it is done, else why it cannot be.</summary>
    public string? WriteOff(EdgeTransaction tx, string orderId, string reason, string? actor)
    {
        var debt = Require(tx, orderId);
        if (DebtLifecycle.Move(debt.State, DebtStep.WriteOff).Refusal is { } refusal) return refusal;
        debt = Close(tx, debt.After(DebtStep.WriteOff) with { Reason = reason });
        Note(tx, debt, Decision.DebtWrittenOff, code: reason, actor: actor);
        outbox.Append(tx, TillFacts.Stream, new DebtWrittenOff(debt.EventId, orderId, debt.Amount, reason));
        SaleStock.Forgo(tx, SaleJournal.Find(tx, orderId)!, time.GetUtcNow());
        return null;
    }

    /// <summary>So much less is owed; of nothing, nobody owes anything. Call when <see cref="CanReduce"/>.</summary>
    public void Reduce(EdgeTransaction tx, string orderId, Money by)
    {
        if (DebtRows.Find(tx, orderId) is not { } debt) return;
        if (by > debt.Amount) throw new InvalidOperationException($"{debt.Amount} are owed for {orderId}, less than {by}.");
        debt = debt.After(DebtStep.Reduce) with { Amount = debt.Amount - by };
        if (debt.Amount.MinorUnits > 0)
        {
            DebtRows.Put(tx, debt);
            return;
        }

        debt = Close(tx, debt.After(DebtStep.WriteOff) with { Reason = WriteOffReason.Refunded });
        Note(tx, debt, Decision.DebtWrittenOff, code: WriteOffReason.Refunded);
        Unblock(tx, debt);
    }

    /// <summary>Whether the amount can change: not while a payment of it may be under way.</summary>
    public static bool CanReduce(Debt debt) => DebtLifecycle.Move(debt.State, DebtStep.Reduce).IsLegal;

    /// <summary>Something waits for the link: it is looked at in the next round.</summary>
    public void Hurry(EdgeTransaction tx, string orderId)
    {
        var debt = Require(tx, orderId);
        if (debt.State == DebtState.LinkSent && debt.DueAt > time.GetUtcNow()) DebtRows.Put(tx, debt with { DueAt = time.GetUtcNow() });
    }

    private void Unblock(EdgeTransaction tx, Debt debt)
    {
        if (debt.Card.Length == 0 || DebtRows.Owes(tx, debt.Card)) return;
        BlockList.Unblock(tx, debt.Card);
        Note(tx, debt, Decision.CardUnblocked, reference: debt.Card);
        if (fingerprints.AreShared) outbox.Append(tx, TillFacts.Stream, new CardUnblocked(debt.Card, debt.OrderId));
    }

    private Debt Close(EdgeTransaction tx, Debt debt)
    {
        debt = debt with { PaymentMethod = null, DueAt = null, ClosedAt = time.GetUtcNow() };
        DebtRows.Put(tx, debt);
        return debt;
    }

    private static Debt Require(EdgeReader reader, string orderId) =>
        DebtRows.Find(reader, orderId) ?? throw new InvalidOperationException($"There is no debt of {orderId}.");

    // Decisions of the till or its staff, not of the terminal that sold.
    private void Note(EdgeTransaction tx, Debt debt, Decision decision, string? reference = null, string? code = null, string? actor = null) =>
        journal.Append(tx, new JournalEntry
        {
            Decision = decision,
            TerminalId = JournalEntry.Till,
            EventId = debt.EventId,
            OrderId = debt.OrderId,
            Amount = debt.Amount,
            Reference = reference,
            Code = code ?? debt.DeclineCode,
            Actor = actor,
        });
}
