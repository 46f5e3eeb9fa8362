using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// Frees holds whose time is over, so that what is left reads right while nobody buys. Correctness does not wait for it: whoever takes stock
/// frees what is due first, in the same transaction.
/// </summary>
internal sealed partial class HoldExpiry(EdgeStore store, TimeProvider time, ILogger<HoldExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <summary>One round; returns how many holds it freed.</summary>
    public async Task<int> RunOnceAsync()
    {
        // A look costs the writer nothing.
        if (store.Read(r => HoldRegister.Due(r, time.GetUtcNow())).Count == 0) return 0;
        return await store.WriteAsync(tx => HoldBook.ExpireDue(tx, time.GetUtcNow())).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Interval;
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                LogFault(logger, e);
                wait = AfterFault;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Holds could not be freed; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
