using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// Runs the watch beside the till: takes what the till told, looks at the clock for it, keeps its alerts and what it learnt, and tells the
/// cloud. Nothing waits for it.
/// </summary>
internal sealed partial class WatchPump(WatchFeed feed, EdgeStore store, Outbox outbox, TimeProvider time, ILogger<WatchPump> logger) : BackgroundService
{
    /// <summary>How often time is told to the watch, and the events are read again.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    /// <summary>How often what was learnt is written: a crash forgets no more than this.</summary>
    public static readonly TimeSpan Save = TimeSpan.FromMinutes(5);

    /// <summary>Alerts that wait for a store that cannot be written; one more pushes out the oldest.</summary>
    private const int MaxUnsaved = 200;

    private readonly Queue<AnomalyRaised> _unsaved = new();
    private readonly VenueSchedule _schedule = new();
    private AnomalyWatch? _watch;
    private DateTimeOffset _lookAt;
    private DateTimeOffset _saveAt;

    /// <summary>One round: everything that there is to take, a look when it is time, and what came of it to disk.</summary>
    public async Task RunOnceAsync()
    {
        var now = time.GetUtcNow();
        var watch = _watch ??= Begin(now);
        var looking = now >= _lookAt;
        if (looking)
        {
            _lookAt = now + Look;
            foreach (var announced in store.Read(r => _schedule.News(r, now))) See(watch, announced);
        }

        // No more than one feed's worth: a till that is faster than its watch must not keep it from writing.
        for (var taken = 0; taken < WatchFeed.Capacity && feed.TryTake(out var observation); taken++) See(watch, observation);
        if (looking) See(watch, new TimePassed(now));
        await KeepAsync(watch, now, looking).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                LogFault(logger, e);
                // What the till tells meanwhile waits in the feed, within its bound.
                await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await feed.WaitAsync(Look, time, stoppingToken).ConfigureAwait(false);
        }

        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Keeps what was learnt since the last time.</summary>
    private async Task EndAsync()
    {
        try
        {
            _saveAt = DateTimeOffset.MinValue;
            await RunOnceAsync().ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            LogFault(logger, e);
        }
    }

    private AnomalyWatch Begin(DateTimeOffset now)
    {
        var (learnt, told) = store.Read(r => (AnomalyBook.Baselines(r), AnomalyBook.Since(r, now - Incidents.Quiet)));
        var watch = new AnomalyWatch(VenuePrior.Of(learnt.Values), learnt);
        foreach (var alert in told) watch.Reopen(alert);
        _saveAt = now + Save;
        return watch;
    }

    private void See(AnomalyWatch watch, Observation observation)
    {
        foreach (var alert in watch.See(observation))
        {
            LogAlert(logger, alert.Kind, alert.TerminalId, alert.Severity, alert.Evidence.Finding);
            if (_unsaved.Count == MaxUnsaved) _unsaved.Dequeue();
            _unsaved.Enqueue(alert);
        }
    }

    private async Task KeepAsync(AnomalyWatch watch, DateTimeOffset now, bool looking)
    {
        var saving = now >= _saveAt && watch.TerminalCount > 0;
        // What could not be told to the cloud for want of room is tried again with time.
        if (_unsaved.Count == 0 && !saving && !(looking && store.Read(AnomalyBook.AnyUnreported))) return;
        var baselines = saving ? watch.Baselines.ToList() : [];
        await store.WriteAsync(tx =>
        {
            foreach (var alert in _unsaved) AnomalyBook.Put(tx, alert);
            AnomalyBook.Report(tx, outbox);
            if (saving) AnomalyBook.PutBaselines(tx, baselines, now);
        }).ConfigureAwait(false);
        _unsaved.Clear();
        if (saving) _saveAt = now + Save;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} at {TerminalId} ({Severity}): {Finding}")]
    private static partial void LogAlert(ILogger logger, AnomalyKind kind, string terminalId, AnomalySeverity severity, string finding);

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch could not read or write the store; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
