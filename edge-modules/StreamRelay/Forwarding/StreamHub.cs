using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>The bounds of a hub.</summary>
internal sealed record StreamLimits
{
    public int MaxStreams { get; init; } = 64;
    public int MaxViewers { get; init; } = 4096;
}

/// <summary>
/// The streams of a relay by their id. On the media loop only: <see cref="Flush"/> is due at the end of each turn, <see cref="Tick"/> every
/// 5 ms, which <see cref="AttachTo"/> sees to.
/// </summary>
internal sealed class StreamHub(TimeProvider time, StreamLimits limits, Func<uint> nextSsrc)
{
    public static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<string, MediaStream> _streams = new(StringComparer.Ordinal);
    private readonly List<MediaStream> _all = [];

    public MediaClock Clock { get; } = new(time);
    public IReadOnlyList<MediaStream> Streams => _all;
    public int ViewerCount { get; private set; }

    public MediaStream? Find(string streamId) => _streams.GetValueOrDefault(streamId);

    /// <summary>Adds a publisher: on at once when the stream has none, else from its first key frame when it may take over.</summary>
    public PublishResult Publish(string streamId, MediaPlan plan, PublishOptions options)
    {
        if (Open(streamId) is not { } stream) return new PublishResult(null, StreamRefusal.TooManyStreams);
        if (stream.Admit(plan, options) is { } refusal) return new PublishResult(null, refusal);
        var publisher = new Publisher(stream, plan, options, Clock, nextSsrc());
        stream.Add(publisher);
        return new PublishResult(publisher, null);
    }

    /// <summary>Adds a viewer. It gets nothing before <see cref="Viewer.Start"/>; a stream without a publisher lets it wait.</summary>
    public ViewResult View(string streamId, MediaPlan plan)
    {
        if (ViewerCount >= limits.MaxViewers) return new ViewResult(null, StreamRefusal.TooManyViewers);
        if (Open(streamId) is not { } stream) return new ViewResult(null, StreamRefusal.TooManyStreams);
        ViewerCount++;
        var viewer = new Viewer(this, stream, plan, Clock, nextSsrc());
        stream.Add(viewer);
        return new ViewResult(viewer, null);
    }

    /// <summary>
    /// Subscribes to a stream's packets; a stream that nobody publishes yet is opened for it. False when there is no room.
    /// </summary>
    public bool TryTap(string streamId, IMediaTap tap)
    {
        if (Open(streamId) is not { } stream) return false;
        stream.AddTap(tap);
        return true;
    }

    public void RemoveTap(string streamId, IMediaTap tap) => Find(streamId)?.RemoveTap(tap);

    /// <summary>Lets a loop drive the hub: before it starts, or on it.</summary>
    public void AttachTo(MediaLoop loop)
    {
        loop.BeforeFlush(Flush);
        loop.Every(TickPeriod, Tick);
    }

    /// <summary>Sends on what came in. Due at the end of each turn of the loop.</summary>
    public void Flush(long now)
    {
        var nowUs = Clock.ToMicroseconds(now);
        foreach (var stream in _all) stream.Flush(nowUs);
    }

    /// <param name="now">As the loop counts time.</param>
    public void Tick(long now)
    {
        var nowUs = Clock.ToMicroseconds(now);
        for (var i = _all.Count - 1; i >= 0; i--)
        {
            var stream = _all[i];
            stream.Tick(nowUs);
            if (!stream.IsEmpty) continue;
            _streams.Remove(stream.Id);
            _all.RemoveAt(i);
        }
    }

    internal void OnViewerClosed() => ViewerCount--;

    private MediaStream? Open(string streamId)
    {
        if (_streams.TryGetValue(streamId, out var known)) return known;
        if (_all.Count >= limits.MaxStreams) return null;
        var stream = new MediaStream(streamId);
        _streams.Add(streamId, stream);
        _all.Add(stream);
        return stream;
    }
}
