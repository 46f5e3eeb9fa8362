using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Capture;

/// <summary>
/// Runs one stream's packets from the media loop into an output, on a thread of the pool. An output that throws ends it, and nothing else.
/// </summary>
internal sealed class TapPump : IAsyncDisposable
{
    /// <summary>How often the queue is looked at: the loop is not slowed down by waking anybody.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>The least time between two of our key frame requests.</summary>
    private const long KeyFrameIntervalUs = 1_000_000;

    private readonly RelayMedia _media;
    private readonly TapQueue _queue;
    private readonly MediaAssembler _assembler;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<TapPump>? _afterTurn;
    private long _keyFrameAskedUs;

    private TapPump(RelayMedia media, string streamId, IMediaOutput output, TimeProvider time, Action<TapPump>? afterTurn)
    {
        (_media, _time, _afterTurn) = (media, time, afterTurn);
        _queue = new TapQueue(media.Streams, streamId);
        _assembler = new MediaAssembler(output);
        Ended = Task.CompletedTask;
    }

    /// <summary>Complete once nothing more comes; faulted when the output failed.</summary>
    public Task Ended { get; private set; }

    public long DroppedPackets => _queue.Dropped;
    public long LostPackets => _assembler.LostPackets;
    public long DroppedFrames => _assembler.DroppedFrames;
    public string? Unsupported => _assembler.Unsupported;

    /// <summary>When the last packet came, in the relay's µs; 0 before the first.</summary>
    public long LastPacketUs => _assembler.LastPacketUs;

    /// <summary>Null when the relay carries as many streams as it may.</summary>
    /// <param name="afterTurn">Called on the pump's thread after each turn.</param>
    public static async Task<TapPump?> StartAsync(
        RelayMedia media, string streamId, IMediaOutput output, TimeProvider time, Action<TapPump>? afterTurn = null)
    {
        var pump = new TapPump(media, streamId, output, time, afterTurn);
        if (!await media.Loop.InvokeAsync(() => media.Streams.TryTap(streamId, pump._queue))) return null;
        pump.Ended = Task.Run(pump.RunAsync);
        return pump;
    }

    /// <summary>Asks the publisher for a key frame, at most once a second. On the pump's thread.</summary>
    public void RequestKeyFrame()
    {
        var nowUs = NowUs;
        if (nowUs - _keyFrameAskedUs < KeyFrameIntervalUs || _stopping.IsCancellationRequested) return;
        _keyFrameAskedUs = nowUs;
        _media.Loop.Post(() =>
        {
            foreach (var layer in _media.Streams.Find(_queue.StreamId)?.Publisher?.Layers ?? [])
                layer.IsKeyFrameWanted |= layer.Kind == TrackKind.Video;
        });
    }

    /// <summary>Hears no more, and hands on what was heard.</summary>
    public async ValueTask DisposeAsync()
    {
        await _media.Loop.InvokeAsync(() => _media.Streams.RemoveTap(_queue.StreamId, _queue));
        await _stopping.CancelAsync();
        await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period, _time);
        while (!_stopping.IsCancellationRequested)
        {
            Drain();
            try
            {
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                // The rest is drained below.
            }
        }
        Drain();
    }

    private void Drain()
    {
        while (_queue.TryPeek(out var heard, out var data))
        {
            _assembler.OnPacket(heard, data);
            _queue.Advance();
        }
        _assembler.Tick(NowUs);
        if (_assembler.NeedsKeyFrame) RequestKeyFrame();
        _afterTurn?.Invoke(this);
    }

    private long NowUs => _media.Streams.Clock.ToMicroseconds(_time.GetTimestamp());
}
