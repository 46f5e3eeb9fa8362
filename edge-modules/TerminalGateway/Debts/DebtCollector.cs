using Marquee.Domain.Debts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Refunds;

namespace Marquee.TerminalGateway.Debts;

/// <summary>Asks the processor for one debt's next step and writes down what it says. Whoever calls holds the order's gate.</summary>
internal sealed partial class DebtCollector(
    EdgeStore store, Outbox outbox, DebtBook book, CardProcessor processor, PaymentLinks links, LineBreaker breaker, Vault vault, EdgeSettings edge,
    GatewaySettings settings, TimeProvider time, ILogger<DebtCollector> logger)
{
    /// <summary>Facts that a debt's end leaves behind.</summary>
    private const int Facts = 2;

    /// <summary>Does what is due of a debt, if it still is.</summary>
    public async Task AdvanceAsync(string orderId)
    {
        if (Find(orderId) is not { IsClosed: false } debt || debt.DueAt > time.GetUtcNow() || !HasRoom()) return;
        await (debt.State switch
        {
            DebtState.Open when debt.TriesCard => RetryAsync(debt),
            // What is still to come off it comes first: the link is for what is left.
            DebtState.Open when RefundWaits(orderId) => Task.CompletedTask,
            DebtState.Open => MakeLinkAsync(debt, actor: null),
            DebtState.Retrying => RetryAsync(debt),
            DebtState.LinkSent => LookAsync(debt),
            _ => Task.CompletedTask,
        }).ConfigureAwait(false);
    }

    /// <summary>Sends the link, or sends it again; the debt as it then stands: without a link when the processor gave no answer.</summary>
    public async Task<Debt> SendLinkAsync(Debt debt, string actor)
    {
        if (debt.State == DebtState.LinkSent)
        {
            // Perhaps it is paid by now, or has to be taken back.
            await LookAsync(debt).ConfigureAwait(false);
            debt = Find(debt.OrderId)!;
            if (debt is { State: DebtState.LinkSent, LinkId: { } link, LinkUrl: { } url })
                await store.WriteAsync(tx => book.LinkSent(tx, debt.OrderId, link, url, actor)).ConfigureAwait(false);
        }
        else if (!RefundWaits(debt.OrderId))
        {
            await MakeLinkAsync(debt, actor).ConfigureAwait(false);
        }

        return Find(debt.OrderId)!;
    }

    /// <summary>Null when the debt is written off, else why it cannot be (yet). What can still be paid is taken back first.</summary>
    public async Task<string?> WriteOffAsync(Debt debt, string reason, string? actor)
    {
        if (debt.State == DebtState.LinkSent) await TakeBackAsync(debt).ConfigureAwait(false);
        if (RefundWaits(debt.OrderId)) return "a refund waits to come off it";
        return await store.WriteAsync(tx => book.WriteOff(tx, debt.OrderId, reason, actor)).ConfigureAwait(false);
    }

    /// <summary>Whether there is room for what a debt's end tells the cloud.</summary>
    public bool HasRoom() => store.Read(r => TillRoom.Left(r, outbox)) >= Facts;

    private async Task RetryAsync(Debt debt)
    {
        // On disk before anything leaves: after a crash here the same key is asked again.
        debt = await store.WriteAsync(tx => book.BeginRetry(tx, debt.OrderId)).ConfigureAwait(false);
        if (debt is not { State: DebtState.Retrying, PaymentMethod: { } token, AskedAt: { } askedAt }) return;
        var payment = new CardPayment(
            FormattableString.Invariant($"debt/{edge.PopId}/{debt.OrderId}/{debt.Tries}/{debt.Attempt}"),
            debt.OrderId,
            edge.PopId,
            debt.TerminalId,
            debt.EventId,
            debt.Amount,
            vault.Open(token, Sale.TokenContext(debt.OrderId)),
            askedAt) { DebtTry = debt.Tries };
        var outcome = debt.PaymentIntentId is { } intent
            ? await processor.GetAsync(intent, settings.ForwardTimeout).ConfigureAwait(false)
            : await processor.ChargeAsync(payment, settings.ForwardTimeout).ConfigureAwait(false);
        // A key that will never give an answer again: whatever payment it may have made is looked for.
        var isSpent = outcome is PaymentOutcome.KeySpent;
        if (isSpent) outcome = await processor.FindAsync(payment, settings.ForwardTimeout).ConfigureAwait(false);
        breaker.Note(outcome);
        LogTried(logger, debt.OrderId, debt.Tries, outcome.GetType().Name);
        await store.WriteAsync(tx => Record(tx, debt, outcome, isSpent)).ConfigureAwait(false);
    }

    private void Record(EdgeTransaction tx, Debt debt, PaymentOutcome outcome, bool isSpent)
    {
        switch (outcome)
        {
            case PaymentOutcome.Captured captured:
                book.Paid(tx, debt.OrderId, captured.Receipt);
                break;
            case PaymentOutcome.Declined declined:
                book.Failed(tx, debt.OrderId, declined.Code);
                break;
            case PaymentOutcome.Pending pending:
                DebtBook.Pending(tx, debt.OrderId, pending.PaymentIntentId);
                break;
            case PaymentOutcome.KeySpent { Reason: "absent" } when isSpent:
                book.BeginNewAttempt(tx, debt.OrderId, debt.Attempt);
                break;
            default:
                // Unknown: the same key is asked again in the next round.
                break;
        }
    }

    private async Task MakeLinkAsync(Debt debt, string? actor)
    {
        switch (await links.MakeAsync(debt, edge.PopId).ConfigureAwait(false))
        {
            case LinkOutcome.Made made:
                await store.WriteAsync(tx => book.LinkSent(tx, debt.OrderId, made.LinkId, made.Url, actor)).ConfigureAwait(false);
                break;
            case LinkOutcome.Spent:
                await store.WriteAsync(tx => DebtBook.LinkSpent(tx, debt.OrderId, debt.LinkNumber)).ConfigureAwait(false);
                break;
            case LinkOutcome.Refused refused:
                LogNoLink(logger, debt.OrderId, refused.Code);
                await store.WriteAsync(tx => book.Postpone(tx, debt.OrderId)).ConfigureAwait(false);
                break;
        }
    }

    private async Task LookAsync(Debt debt)
    {
        if (RefundWaits(debt.OrderId))
        {
            await TakeBackAsync(debt).ConfigureAwait(false);
        }
        else if (debt.LinkSentAt + RetryPlan.LinkLifetime <= time.GetUtcNow())
        {
            await WriteOffAsync(debt, WriteOffReason.LinkNotPaid, actor: null).ConfigureAwait(false);
        }
        else
        {
            switch (await links.LookAsync(debt.LinkId!).ConfigureAwait(false))
            {
                case LinkOutcome.Paid paid:
                    await TakePaymentAsync(debt, paid.PaymentIntentId).ConfigureAwait(false);
                    break;
                case LinkOutcome.Unpaid:
                    await store.WriteAsync(tx => book.LinkLookedAt(tx, debt.OrderId)).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Leaves the debt open when nobody has paid by its link and nobody can any more, paid when somebody has, and as it was otherwise.</summary>
    private async Task TakeBackAsync(Debt debt)
    {
        switch (await links.CloseAsync(debt.LinkId!).ConfigureAwait(false))
        {
            case LinkOutcome.Paid paid:
                await TakePaymentAsync(debt, paid.PaymentIntentId).ConfigureAwait(false);
                break;
            case LinkOutcome.Unpaid:
                await store.WriteAsync(tx => book.LinkTakenBack(tx, debt.OrderId)).ConfigureAwait(false);
                break;
        }
    }

    private async Task TakePaymentAsync(Debt debt, string paymentIntentId)
    {
        if (await processor.GetAsync(paymentIntentId, settings.ForwardTimeout).ConfigureAwait(false) is PaymentOutcome.Captured captured)
            await store.WriteAsync(tx => book.Paid(tx, debt.OrderId, captured.Receipt)).ConfigureAwait(false);
    }

    private Debt? Find(string orderId) => store.Read(r => DebtRows.Find(r, orderId));

    private bool RefundWaits(string orderId) => store.Read(r => RefundRegister.Of(r, orderId)).Any(refund => RefundLifecycle.IsOpen(refund.State));

    [LoggerMessage(Level = LogLevel.Information, Message = "Debt of sale {OrderId}: try {Try}: {Outcome}")]
    private static partial void LogTried(ILogger logger, string orderId, int @try, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Debt of sale {OrderId}: the processor makes no link ({Code})")]
    private static partial void LogNoLink(ILogger logger, string orderId, string code);
}
