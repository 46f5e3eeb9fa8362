using Marquee.Domain.Streams;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Telemetry;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay.Viewership;

/// <summary>
/// Tells the cloud once a second who watches, as long as somebody does, and once more when the last has left. Streams that no event of the
/// cloud's knows are not reported: nobody could take it.
/// </summary>
internal sealed partial class ViewershipReporter(
    FigureSampler figures, ViewershipBook book, EdgeStore store, TimeProvider time, ILogger<ViewershipReporter> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (int Viewers, long Joined)> _seen = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await TickAsync(timer, stoppingToken)) await LookAsync();
    }

    private async Task LookAsync()
    {
        var looks = Looks(figures.Current);
        if (looks.Count == 0) return;
        try
        {
            await store.WriteAsync(transaction =>
            {
                var known = StreamBook.All(transaction).Select(stream => stream.EventId).ToHashSet(StringComparer.Ordinal);
                book.Take(transaction, [.. looks.Where(look => known.Contains(StreamId.EventOf(look.StreamId)))], Period, time.GetUtcNow());
            });
        }
        catch (SqliteException e)
        {
            // A full disk must not end the reports of the rest of the evening; what was seen in this second is lost.
            LogNotKept(e);
        }
    }

    private List<Look> Looks(RelayFigures now)
    {
        var looks = new List<Look>();
        foreach (var stream in now.Streams)
        {
            var (viewers, joined) = _seen.GetValueOrDefault(stream.Id);
            // A stream that was closed and opened again counts from nothing.
            var came = stream.Joined >= joined ? stream.Joined - joined : stream.Joined;
            if (stream.Viewers > 0 || viewers > 0 || came > 0) looks.Add(new Look(stream.Id, stream.Viewers, came));
            _seen[stream.Id] = (stream.Viewers, stream.Joined);
        }
        foreach (var (id, (viewers, _)) in _seen.ToList())
        {
            if (now.Streams.Any(stream => stream.Id == id)) continue;
            if (viewers > 0) looks.Add(new Look(id, 0, 0));
            _seen.Remove(id);
        }
        return looks;
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Viewership of a second could not be kept")]
    private partial void LogNotKept(Exception error);
}
