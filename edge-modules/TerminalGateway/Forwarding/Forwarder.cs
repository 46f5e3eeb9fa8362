using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Forwarding;

/// <summary>
/// Brings every open sale to the processor's last word, oldest first: those that a crash left under way, those whose answer was lost, and
/// those approved offline. It is also who tries a dead line, so that no customer waits for that.
/// </summary>
internal sealed partial class Forwarder(
    EdgeStore store, Cashier cashier, CardProcessor processor, LineBreaker breaker, OrderGates gates, GatewaySettings settings, TimeProvider time,
    ILogger<Forwarder> logger) : BackgroundService
{
    private const int MaxPerRun = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <summary>One round. Returns how long to wait before the next; zero when there is more to do at once.</summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!breaker.IsOnline && !await TryLineAsync().ConfigureAwait(false)) return Longest(breaker.UntilProbe, Idle);
        var open = store.Read(r => SaleJournal.Open(r, MaxPerRun));
        foreach (var sale in open)
        {
            if (cancellationToken.IsCancellationRequested) return TimeSpan.Zero;
            using var gate = await gates.TryEnterAsync(sale.OrderId, TimeSpan.Zero).ConfigureAwait(false);
            // Its customer is at the till right now.
            if (gate is null) continue;
            var (_, answered) = await cashier.AskAsync(sale, settings.ForwardTimeout).ConfigureAwait(false);
            // In order: what comes after waits for what comes before.
            if (!answered) return Longest(breaker.UntilProbe, Idle);
        }

        return Idle;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // So that the first customer neither waits for a dead line nor pays for the first request's cold start.
        await ProbeAsync().ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await RunOnceAsync(stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Money waits in the journal: a fault must not end the forwarding for good.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFault(logger, e);
                wait = AfterFault;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryLineAsync()
    {
        if (breaker.UntilProbe > TimeSpan.Zero || !await ProbeAsync().ConfigureAwait(false)) return false;
        LogBack(logger);
        return true;
    }

    private async Task<bool> ProbeAsync()
    {
        if (await processor.ProbeAsync(settings.AuthorisationTimeout).ConfigureAwait(false) is { } reason)
        {
            breaker.Failed(reason);
            return false;
        }

        breaker.Succeeded();
        return true;
    }

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(Level = LogLevel.Information, Message = "The line to the processor is back")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Forwarding failed; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
