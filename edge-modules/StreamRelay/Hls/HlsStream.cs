using System.Security.Cryptography;
using Marquee.StreamRelay.Capture;

namespace Marquee.StreamRelay.Hls;

/// <summary>A stream while it is cut for HLS.</summary>
internal sealed class HlsStream : IAsyncDisposable
{
    /// <summary>Requests that may wait for what is to come; more are refused.</summary>
    public const int MaxWaiting = 4096;

    private readonly TimeProvider _time;
    private TapPump? _pump;
    private long _lastRequest;
    private int _waiting;

    private HlsStream(string id, HlsCutter cutter, TimeProvider time)
    {
        (Id, Cutter, _time) = (id, cutter, time);
        _lastRequest = time.GetTimestamp();
    }

    public string Id { get; }
    public HlsCutter Cutter { get; }
    public HlsNames Names { get; } = new(RandomNumberGenerator.GetBytes(32));
    public HlsSnapshot Snapshot => Cutter.Current.Snapshot;

    /// <summary>True when cutting failed.</summary>
    public bool HasFailed => _pump is { Ended.IsFaulted: true };

    public TimeSpan Idle => _time.GetElapsedTime(Volatile.Read(ref _lastRequest));

    /// <summary>Null when the relay carries as many streams as it may.</summary>
    public static async Task<HlsStream?> StartAsync(RelayMedia media, string streamId, TimeProvider time)
    {
        // Seconds since 2026: segments are two seconds and more, so a run never catches up with the one after it.
        var first = (time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks / TimeSpan.TicksPerSecond;
        var cutter = new HlsCutter(Math.Max(0, first), media.Streams.Clock.UtcAt);
        var stream = new HlsStream(streamId, cutter, time);
        stream._pump = await TapPump.StartAsync(media, streamId, cutter, time, pump =>
        {
            if (cutter.WantsKeyFrame) pump.RequestKeyFrame();
        });
        return stream._pump is null ? null : stream;
    }

    public void Touch() => Volatile.Write(ref _lastRequest, _time.GetTimestamp());

    /// <summary>Waits until the snapshot is as wanted; null when it took too long, or too many wait.</summary>
    public async Task<HlsSnapshot?> WhenAsync(Func<HlsSnapshot, bool> isSo, CancellationToken cancellationToken)
    {
        Touch();
        if (Snapshot is { } now && isSo(now)) return now;
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }
        try
        {
            using var patience = new CancellationTokenSource(HlsTimes.LongestWait, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            while (true)
            {
                var (snapshot, changed) = Cutter.Current;
                if (isSo(snapshot)) return snapshot;
                await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Stops cutting; with <paramref name="isOver"/> the playlist says that nothing more comes.</summary>
    public async ValueTask StopAsync(bool isOver)
    {
        if (_pump is { } pump) await pump.DisposeAsync();
        if (isOver) Cutter.End();
    }

    public ValueTask DisposeAsync() => StopAsync(isOver: false);
}
