using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;

namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>Asks the processor about one refund and writes down what it says. Whoever calls holds the order's gate.</summary>
internal sealed partial class RefundCashier(
    EdgeStore store, RefundBook book, CardRefunds processor, LineBreaker breaker, EdgeSettings edge, ILogger<RefundCashier> logger)
{
    /// <summary>Whether the processor gave an answer that leaves nothing to ask right now.</summary>
    public async Task<bool> AskAsync(string orderId, string operationId, TimeSpan timeout)
    {
        // On disk before anything leaves: after a crash here the refund is asked about again, under the same key.
        if (await store.WriteAsync(tx => book.BeginAsking(tx, orderId, operationId)).ConfigureAwait(false) is not { } asked) return true;
        var (refund, wanted) = (asked.Refund, Wanted(asked.Refund, asked.PaymentIntentId));
        var outcome = refund.RefundId is { } id
            ? await processor.GetAsync(id, timeout).ConfigureAwait(false)
            : await processor.RefundAsync(wanted, timeout).ConfigureAwait(false);
        if (outcome is PaymentOutcome.KeySpent spent) outcome = await ReconcileAsync(refund, wanted, spent, timeout).ConfigureAwait(false);
        breaker.Note(outcome);
        if (outcome is PaymentOutcome.Unknown unknown)
        {
            LogUnknown(logger, orderId, operationId, unknown.Reason);
            return false;
        }

        await store.WriteAsync(tx => book.Record(tx, orderId, operationId, outcome)).ConfigureAwait(false);
        LogAnswered(logger, orderId, operationId, outcome.GetType().Name);
        return true;
    }

    /// <summary>A key that will never give an answer again: finds the refund it may have made, or takes a new key when there is none.</summary>
    private async Task<PaymentOutcome> ReconcileAsync(Refund refund, CardRefund wanted, PaymentOutcome.KeySpent spent, TimeSpan timeout)
    {
        var found = await processor.FindAsync(wanted, timeout).ConfigureAwait(false);
        if (found is not PaymentOutcome.KeySpent { Reason: "absent" })
            return found is PaymentOutcome.KeySpent ? new PaymentOutcome.Unknown(spent.Reason) : found;

        await store.WriteAsync(tx => book.BeginNewAttempt(tx, refund.OrderId, refund.OperationId, refund.Attempt)).ConfigureAwait(false);
        return new PaymentOutcome.Unknown(spent.Reason);
    }

    private CardRefund Wanted(Refund refund, string paymentIntentId) => new(
        FormattableString.Invariant($"refund/{edge.PopId}/{refund.OrderId}/{refund.OperationId}/{refund.Attempt}"),
        paymentIntentId,
        refund.OrderId,
        refund.OperationId,
        edge.PopId,
        refund.Amount,
        refund.AttemptedAt!.Value);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refund {OperationId} of sale {OrderId}: {Outcome}")]
    private static partial void LogAnswered(ILogger logger, string orderId, string operationId, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refund {OperationId} of sale {OrderId}: the processor's answer is unknown ({Reason})")]
    private static partial void LogUnknown(ILogger logger, string orderId, string operationId, string reason);
}
