using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales;

/// <summary>
/// Carries on what no terminal waits for: sales by tenders that a crash or a lost answer left under way, captures and voids that were
/// ordered, and refunds, oldest first. Only while the line is up; it is the forwarder that tries a dead one.
/// </summary>
internal sealed partial class Settler(
    EdgeStore store,
    TenderCashier tenders,
    RefundCashier refunds,
    LineBreaker breaker,
    OrderGates gates,
    GatewaySettings settings,
    TimeProvider time,
    ILogger<Settler> logger) : BackgroundService
{
    private const int MaxPerRun = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <summary>One round. Returns how long to wait before the next.</summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!breaker.IsOnline) return Idle;
        foreach (var sale in store.Read(r => SaleJournal.OpenTendered(r, MaxPerRun)))
        {
            if (!await TryAsync(sale.OrderId, () => AdvanceAsync(sale.OrderId), cancellationToken).ConfigureAwait(false)) return Idle;
        }

        foreach (var refund in store.Read(r => RefundRegister.Open(r, MaxPerRun)))
        {
            if (!await TryAsync(refund.OrderId, () => AskAsync(refund), cancellationToken).ConfigureAwait(false)) return Idle;
        }

        return Idle;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Money waits in the journal: a fault must not end the settling for good.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFault(logger, e);
                wait = AfterFault;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> AdvanceAsync(string orderId) => (await tenders.AdvanceAsync(orderId, settings.ForwardTimeout).ConfigureAwait(false)).Answered;

    private Task<bool> AskAsync(Refund refund) => refunds.AskAsync(refund.OrderId, refund.OperationId, settings.ForwardTimeout);

    /// <summary>False when the processor did not answer: what comes after waits.</summary>
    private async Task<bool> TryAsync(string orderId, Func<Task<bool>> carryOn, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return false;
        using var gate = await gates.TryEnterAsync(orderId, TimeSpan.Zero).ConfigureAwait(false);
        // Its terminal is at it right now.
        return gate is null || await carryOn().ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Settling failed; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
