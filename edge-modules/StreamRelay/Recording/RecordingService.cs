using Marquee.Domain;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Recording;

/// <summary>How a stream's recording does.</summary>
/// <param name="Unsupported">Why its picture is not recorded; null when it is.</param>
internal sealed record RecordingStatus(
    string Stream, string? Problem, string? Unsupported, int FilesFinished, long DroppedPackets, long LostPackets, long DroppedFrames);

/// <summary>Records each stream of a live event while it has a publisher or may get one again.</summary>
internal sealed class RecordingService(
    RecordingSettings settings, RecordingShelf shelf, RelayMedia media, StreamBook events, TimeProvider time, ILogger<RecordingService> logger)
    : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);
    private const int TurnsPerSweep = 240;

    private readonly Dictionary<string, (TapPump Pump, Recorder Recorder)> _running = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<RecordingStatus> _status = [];

    public IReadOnlyList<RecordingStatus> Status => _status;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var stream in _running.Keys.ToList()) await EndAsync(stream);
    }

    /// <summary>Also finishes the files of a host that was never stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var unfinished = shelf.Unfinished();
        // Beside the show: what was left of a long one takes a while to read, and the show may be going on.
        var recovery = Task.Run(() => shelf.Recover(unfinished), CancellationToken.None);
        if (settings.IsEnabled) await WatchAsync(stoppingToken);
        await recovery;
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn, time);
        try
        {
            for (var turn = 0; ; turn++)
            {
                if (turn % TurnsPerSweep == 0) shelf.Sweep();
                await LookAsync();
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync finishes the files.
        }
    }

    private async Task LookAsync()
    {
        var published = await media.Loop.InvokeAsync(() => media.Streams.Streams.Where(s => s.Publisher is not null).Select(s => s.Id).ToHashSet());
        var nowUs = media.Streams.Clock.ToMicroseconds(time.GetTimestamp());
        foreach (var (stream, (pump, _)) in _running.ToList())
        {
            if (pump.Ended.IsFaulted) RecordingLog.Failed(logger, pump.Ended.Exception, stream);
            // A publisher that comes back soon goes on in the same file; a stream that nobody publishes is not kept alive by being heard.
            var isDeserted = !published.Contains(stream) && nowUs - pump.LastPacketUs > Recorder.SilenceUs;
            if (pump.Ended.IsCompleted || isDeserted || !IsLive(stream)) await EndAsync(stream);
        }
        foreach (var stream in published.Where(s => !_running.ContainsKey(s) && IsLive(s))) await BeginAsync(stream);
        _status = [.. _running.Select(r => StatusOf(r.Key, r.Value.Pump, r.Value.Recorder))];
    }

    private bool IsLive(string streamId) =>
        StreamId.TryParse(streamId, out var id) && events.Find(id.EventId) is { Phase: EventPhase.Live };

    private async Task BeginAsync(string stream)
    {
        var clock = media.Streams.Clock;
        var recorder = new Recorder(stream, shelf, clock.UtcAt, () => clock.ToMicroseconds(time.GetTimestamp()), logger);
        string? told = null;
        var pump = await TapPump.StartAsync(media, stream, recorder, time, p =>
        {
            recorder.Tick();
            if (p.Unsupported is { } reason && reason != told) RecordingLog.Unsupported(logger, stream, told = reason);
        });
        if (pump is not null) _running.Add(stream, (pump, recorder));
    }

    private async Task EndAsync(string stream)
    {
        if (!_running.Remove(stream, out var running)) return;
        await running.Pump.DisposeAsync();
        running.Recorder.Dispose();
    }

    private static RecordingStatus StatusOf(string stream, TapPump pump, Recorder recorder) => new(
        stream, recorder.Problem, pump.Unsupported, recorder.FilesFinished, pump.DroppedPackets, pump.LostPackets, pump.DroppedFrames);
}
