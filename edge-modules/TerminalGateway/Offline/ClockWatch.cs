using System.Globalization;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;

namespace Marquee.TerminalGateway.Offline;

/// <summary>Writes down what the wall clock does, and the time itself, so that the next start knows it.</summary>
internal sealed partial class ClockWatch(SessionClock clock, EdgeStore store, TillJournal journal, ILogger<ClockWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>One look at the clock.</summary>
    public Task RunOnceAsync()
    {
        var notes = clock.TakeNotes();
        foreach (var note in notes) LogJump(logger, note.Jump, note.By, note.AcrossRestart);
        return store.WriteAsync(tx =>
        {
            foreach (var note in notes) journal.Append(tx, Entry(Code(note), note.By));
            clock.Save(tx);
        });
    }

    /// <summary>In the transaction of a command that the cloud sent at <paramref name="serverTime"/>.</summary>
    public void Heard(EdgeTransaction tx, DateTimeOffset serverTime, TimeSpan? roundTrip = null)
    {
        var before = clock.GetUtcNow();
        if (!clock.Heard(serverTime, roundTrip)) return;
        var by = clock.GetUtcNow() - before;
        LogSet(logger, by);
        journal.Append(tx, Entry(by < TimeSpan.Zero ? "set_back_by_cloud" : "set_ahead_by_cloud", by.Duration()));
        clock.Save(tx);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        do
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (Microsoft.Data.Sqlite.SqliteException e)
            {
                // A full disk is no reason to stop looking once there is room again.
                LogFailed(logger, e);
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!stoppingToken.IsCancellationRequested);
    }

    private static JournalEntry Entry(string code, TimeSpan by) => new()
    {
        Decision = Decision.ClockChanged,
        TerminalId = JournalEntry.Till,
        Code = code,
        Reference = by.ToString("c", CultureInfo.InvariantCulture),
    };

    private static string Code(ClockNote note) => (note.Jump, note.AcrossRestart) switch
    {
        (ClockJump.Back, true) => "wall_back_across_restart",
        (ClockJump.Back, false) => "wall_back",
        (ClockJump.Ahead, _) => "wall_ahead",
        _ => throw new ArgumentOutOfRangeException(nameof(note), note.Jump, "No code for this jump."),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The wall clock jumped ({Jump}, by {By}, across a restart: {AcrossRestart}); the till's own goes on")]
    private static partial void LogJump(ILogger logger, ClockJump jump, TimeSpan by, bool acrossRestart);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cloud's time moved the till's clock by {By}")]
    private static partial void LogSet(ILogger logger, TimeSpan by);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The time could not be written down; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
