using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Safekeeping;

namespace Marquee.TerminalGateway.Sales;

/// <summary>Asks the processor about one sale and writes down what it says. Whoever calls holds the order's gate.</summary>
internal sealed partial class Cashier(
    EdgeStore store, SaleBook book, CardProcessor processor, LineBreaker breaker, Vault vault, EdgeSettings edge, TimeProvider time, ILogger<Cashier> logger)
{
    /// <summary>First wait before a busy processor is asked again; doubles while the time for the sale lasts.</summary>
    private static readonly TimeSpan BusyWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The sale as it stands after asking, and whether the processor gave an answer that leaves nothing to ask right now.</summary>
    public async Task<(Sale Sale, bool Answered)> AskAsync(Sale sale, TimeSpan timeout)
    {
        // On disk before anything leaves: after a crash here the sale is asked about again, under the same key.
        sale = await store.WriteAsync(tx => book.BeginAsking(tx, sale.OrderId)).ConfigureAwait(false);
        if (!SaleLifecycle.IsOpen(sale.State)) return (sale, true);
        var payment = Payment(sale);
        var outcome = await AskWhileBusyAsync(sale, payment, timeout).ConfigureAwait(false);
        if (outcome is PaymentOutcome.KeySpent spent) outcome = await ReconcileAsync(sale, payment, spent, timeout).ConfigureAwait(false);
        breaker.Note(outcome);
        if (outcome is PaymentOutcome.Unknown unknown)
        {
            LogUnknown(logger, sale.OrderId, unknown.Reason);
            return (sale, false);
        }

        sale = await store.WriteAsync(tx => book.Record(tx, sale.OrderId, outcome)).ConfigureAwait(false);
        LogAnswered(logger, sale.OrderId, sale.State);
        return (sale, true);
    }

    /// <summary>Asks again under the same key while the processor is only busy and there is time.</summary>
    private async Task<PaymentOutcome> AskWhileBusyAsync(Sale sale, CardPayment payment, TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        for (var wait = BusyWait; ; wait += wait)
        {
            var left = Longest(timeout - time.GetElapsedTime(started), BusyWait);
            var outcome = sale.PaymentIntentId is { } intent
                ? await processor.GetAsync(intent, left).ConfigureAwait(false)
                : await processor.ChargeAsync(payment, left).ConfigureAwait(false);
            if (!IntentReading.IsBusy(outcome) || time.GetElapsedTime(started) + wait >= timeout) return outcome;
            await Task.Delay(wait, time).ConfigureAwait(false);
        }
    }

    /// <summary>A key that will never give an answer again: finds the payment it may have made, or takes a new key when there is none.</summary>
    private async Task<PaymentOutcome> ReconcileAsync(Sale sale, CardPayment payment, PaymentOutcome.KeySpent spent, TimeSpan timeout)
    {
        var found = await processor.FindAsync(payment, timeout).ConfigureAwait(false);
        if (found is not PaymentOutcome.KeySpent { Reason: "absent" })
        {
            // A failing search leaves the sale as unknown as it was.
            return found is PaymentOutcome.KeySpent ? new PaymentOutcome.Unknown(spent.Reason) : found;
        }

        LogNewAttempt(logger, sale.OrderId, sale.Attempt, spent.Reason);
        await store.WriteAsync(tx => book.BeginNewAttempt(tx, sale.OrderId, sale.Attempt)).ConfigureAwait(false);
        return new PaymentOutcome.Unknown(spent.Reason);
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private CardPayment Payment(Sale sale) => new(
        FormattableString.Invariant($"sale/{edge.PopId}/{sale.OrderId}/{sale.Attempt}"),
        sale.OrderId,
        edge.PopId,
        sale.TerminalId,
        sale.EventId,
        sale.Total,
        vault.Open(
            sale.PaymentMethod ?? throw new InvalidOperationException($"Open sale {sale.OrderId} has no payment method."),
            Sale.TokenContext(sale.OrderId)),
        sale.AttemptedAt ?? throw new InvalidOperationException($"Sale {sale.OrderId} is asked about before it is noted."));

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {OrderId}: {State}")]
    private static partial void LogAnswered(ILogger logger, string orderId, SaleState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sale {OrderId}: the processor's answer is unknown ({Reason})")]
    private static partial void LogUnknown(ILogger logger, string orderId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sale {OrderId}: attempt {Attempt} charged nothing ({Reason}); a new payment key is taken")]
    private static partial void LogNewAttempt(ILogger logger, string orderId, int attempt, string reason);
}
