using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Debts;

/// <summary>Sees to the debts whose time has come, while the line is up.</summary>
internal sealed partial class DebtRounds(
    EdgeStore store, DebtCollector collector, LineBreaker breaker, OrderGates gates, TimeProvider time, ILogger<DebtRounds> logger) : BackgroundService
{
    /// <summary>Debts of one round; the rest waits a minute more.</summary>
    private const int MaxPerRun = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!breaker.IsOnline) return;
        foreach (var debt in store.Read(r => DebtRows.Due(r, time.GetUtcNow(), MaxPerRun)))
        {
            if (cancellationToken.IsCancellationRequested || !breaker.IsOnline) return;
            using var gate = await gates.TryEnterAsync(debt.OrderId, TimeSpan.Zero).ConfigureAwait(false);
            if (gate is not null) await collector.AdvanceAsync(debt.OrderId).ConfigureAwait(false);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Money is owed: a fault must not end the collecting for good.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFault(logger, e);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Debts could not be seen to; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
