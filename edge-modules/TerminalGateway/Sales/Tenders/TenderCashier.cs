using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Safekeeping;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>
/// Takes a sale that is paid by tenders as far as it goes: asks the processor for one thing after another and writes down what it says.
/// Whoever calls holds the order's gate.
/// </summary>
internal sealed partial class TenderCashier(
    EdgeStore store,
    TenderBook book,
    CardAuthorisations authorisations,
    CardReaders readers,
    CardRefunds refunds,
    CiphertextExchange exchange,
    LineBreaker breaker,
    Vault vault,
    EdgeSettings edge,
    TimeProvider time,
    ILogger<TenderCashier> logger)
{
    // Per tender: authorise, capture, release, refund, each perhaps under a second key; and the sale's own steps.
    private const int MaxSteps = (TenderRequest.MaxTenders * 8) + 2;

    private static readonly TimeSpan BusyWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The sale as it then stands, and whether there is nothing to ask right now.</summary>
    public async Task<(Sale Sale, bool Answered)> AdvanceAsync(string orderId, TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        TenderTask task = null!;
        for (var step = 0; step < MaxSteps; step++)
        {
            // On disk before anything leaves: after a crash here the same is asked again, under the same key.
            task = await store.WriteAsync(tx => book.Next(tx, orderId)).ConfigureAwait(false);
            if (task is TenderTask.None) return (task.Sale, true);
            if (!breaker.IsOnline) return (task.Sale, false);
            var tender = Of(task);
            var outcome = await AskWhileBusyAsync(task, timeout - time.GetElapsedTime(started)).ConfigureAwait(false);
            breaker.Note(outcome);
            if (outcome is PaymentOutcome.Unknown unknown)
            {
                LogUnknown(logger, orderId, tender.Number, unknown.Reason);
                return (task.Sale, false);
            }

            await store.WriteAsync(tx => book.Record(tx, orderId, tender.Number, outcome)).ConfigureAwait(false);
            LogAnswered(logger, orderId, tender.Number, outcome.GetType().Name);
            if (Waits(task, tender, outcome)) break;
        }

        return (task.Sale, true);
    }

    // The customer has the reader in hand, the processor has not decided, or it holds the money longer than it said.
    private static bool Waits(TenderTask task, Tender tender, PaymentOutcome outcome) =>
        task is TenderTask.LookUp && outcome is PaymentOutcome.Authorised
        || (outcome is PaymentOutcome.Pending && !(tender.Means == TenderMeans.Reader && tender.PaymentIntentId is null));

    /// <summary>Asks again under the same key while the processor is only busy and there is time.</summary>
    private async Task<PaymentOutcome> AskWhileBusyAsync(TenderTask task, TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        for (var wait = BusyWait; ; wait += wait)
        {
            var outcome = await AskAsync(task, Longest(timeout - time.GetElapsedTime(started), BusyWait)).ConfigureAwait(false);
            if (!IntentReading.IsBusy(outcome) || time.GetElapsedTime(started) + wait >= timeout) return outcome;
            await Task.Delay(wait, time).ConfigureAwait(false);
        }
    }

    private async Task<PaymentOutcome> AskAsync(TenderTask task, TimeSpan timeout)
    {
        var tender = Of(task);
        var outcome = task switch
        {
            TenderTask.Authorise => await AuthoriseAsync(task.Sale, tender, timeout).ConfigureAwait(false),
            TenderTask.Capture => await authorisations.CaptureAsync(tender.PaymentIntentId!, tender.Amount, Key("capture", tender), timeout).ConfigureAwait(false),
            TenderTask.LookUp => await authorisations.GetAsync(tender.PaymentIntentId!, timeout).ConfigureAwait(false),
            TenderTask.Release when tender.Receipt is not null => await refunds.RefundAsync(Reversal(tender), timeout).ConfigureAwait(false),
            TenderTask.Release when tender.ReaderId is { } reader =>
                await readers.CancelAsync(reader, tender.PaymentIntentId!, Key("void", tender), timeout).ConfigureAwait(false),
            TenderTask.Release => await authorisations.CancelAsync(tender.PaymentIntentId!, Key("void", tender), timeout).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"Nothing is asked for {task.GetType().Name}."),
        };
        return outcome is PaymentOutcome.KeySpent spent ? await ReconcileAsync(task, tender, spent, timeout).ConfigureAwait(false) : outcome;
    }

    private async Task<PaymentOutcome> AuthoriseAsync(Sale sale, Tender tender, TimeSpan timeout) => (tender.Means, tender.PaymentIntentId) switch
    {
        (TenderMeans.Reader, { } intent) => await readers.CollectAsync(tender.ReaderId!, intent, timeout).ConfigureAwait(false),
        (TenderMeans.Reader, null) => await readers.PrepareAsync(Payment(sale, tender), timeout).ConfigureAwait(false),
        (_, { } intent) => await authorisations.GetAsync(intent, timeout).ConfigureAwait(false),
        _ => await AuthoriseCardAsync(sale, tender, timeout).ConfigureAwait(false),
    };

    private async Task<PaymentOutcome> AuthoriseCardAsync(Sale sale, Tender tender, TimeSpan timeout)
    {
        var payment = Payment(sale, tender);
        if (!payment.PaymentMethod.StartsWith(TenderRequest.CiphertextPrefix, StringComparison.Ordinal))
            return await authorisations.AuthoriseAsync(payment, timeout).ConfigureAwait(false);
        var (token, failure) = await exchange
            .ExchangeAsync(payment.PaymentMethod[TenderRequest.CiphertextPrefix.Length..], Key("exchange", tender), timeout).ConfigureAwait(false);
        if (token is null) return failure!;
        // The token takes the ciphertext's place before it is used: from here on there is none.
        await store.WriteAsync(tx => TenderRegister.Update(
            tx, tender with { PaymentMethod = vault.Seal(tx, token, Tender.TokenContext(tender.OrderId, tender.Number)) })).ConfigureAwait(false);
        return await authorisations.AuthoriseAsync(payment with { PaymentMethod = token }, timeout).ConfigureAwait(false);
    }

    /// <summary>A key that will never give an answer again: finds what it may have done, or takes a new key when it did nothing.</summary>
    private async Task<PaymentOutcome> ReconcileAsync(TenderTask task, Tender tender, PaymentOutcome.KeySpent spent, TimeSpan timeout)
    {
        var found = task switch
        {
            TenderTask.Authorise => await authorisations.FindAsync(Payment(task.Sale, tender), timeout).ConfigureAwait(false),
            TenderTask.Release when tender.Receipt is not null => await refunds.FindAsync(Reversal(tender), timeout).ConfigureAwait(false),
            _ => spent,
        };
        if (found is not PaymentOutcome.KeySpent { Reason: "absent" })
            return found is PaymentOutcome.KeySpent ? new PaymentOutcome.Unknown(spent.Reason) : found;

        await store.WriteAsync(tx => book.BeginNewAttempt(tx, tender.OrderId, tender.Number, tender.Attempt)).ConfigureAwait(false);
        return new PaymentOutcome.Unknown(spent.Reason);
    }

    private static Tender Of(TenderTask task) => task switch
    {
        TenderTask.Authorise authorise => authorise.Tender,
        TenderTask.Capture capture => capture.Tender,
        TenderTask.Release release => release.Tender,
        TenderTask.LookUp lookUp => lookUp.Tender,
        _ => throw new InvalidOperationException($"{task.GetType().Name} is about no tender."),
    };

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private string Key(string step, Tender tender) =>
        FormattableString.Invariant($"{step}/{edge.PopId}/{tender.OrderId}/{tender.Number}/{tender.Attempt}");

    private CardPayment Payment(Sale sale, Tender tender) => new(
        Key("tender", tender),
        sale.OrderId,
        edge.PopId,
        sale.TerminalId,
        sale.EventId,
        tender.Held,
        tender.PaymentMethod is { } token ? vault.Open(token, Tender.TokenContext(tender.OrderId, tender.Number)) : "",
        tender.AttemptedAt ?? throw new InvalidOperationException($"Tender {tender.Number} of {tender.OrderId} is asked about before it is noted."))
    {
        Tender = tender.Number,
    };

    private CardRefund Reversal(Tender tender) => new(
        Key("reversal", tender),
        tender.PaymentIntentId!,
        tender.OrderId,
        FormattableString.Invariant($"reversal/{tender.Number}"),
        edge.PopId,
        tender.Amount,
        tender.AttemptedAt!.Value);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sale {OrderId}, tender {Tender}: {Outcome}")]
    private static partial void LogAnswered(ILogger logger, string orderId, int tender, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sale {OrderId}, tender {Tender}: the processor's answer is unknown ({Reason})")]
    private static partial void LogUnknown(ILogger logger, string orderId, int tender, string reason);
}
