using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Metadata;

/// <summary>Brings a stream's metadata to its viewers over their data channels. On the media loop only.</summary>
internal sealed class MetadataChannels
{
    /// <summary>
    /// Viewers that are sent to in one turn of 5 ms: each message is sealed by itself, and a word to a thousand viewers must not stop the
    /// pictures.
    /// </summary>
    public const int MaxPumps = 50;

    private static readonly TimeSpan PumpPeriod = TimeSpan.FromMilliseconds(5);

    /// <summary>Of the associations' timers, whose shortest is the 100 ms of a delayed acknowledgement.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(20);

    private readonly StreamMetadata _metadata;
    private readonly SctpSettings _settings;
    private readonly List<MetadataViewer> _viewers = [];
    private readonly Queue<MetadataViewer> _due = new();

    /// <summary>Before the loop starts, or on it.</summary>
    public MetadataChannels(MediaLoop loop, MediaClock clock, StreamMetadata metadata, SctpSettings? settings = null)
    {
        (Clock, _metadata, _settings) = (clock, metadata, settings ?? new SctpSettings());
        metadata.Advanced += OnAdvanced;
        loop.Every(PumpPeriod, now => Pump(clock.ToMicroseconds(now)));
        loop.Every(TickPeriod, now => Tick(clock.ToMicroseconds(now)));
    }

    /// <summary>Viewers that are connected and have not ended their association.</summary>
    public IReadOnlyList<MetadataViewer> Viewers => _viewers;

    /// <summary>Associations that did not end in order: given up, broken off, or at odds with the protocol.</summary>
    public long Broken { get; private set; }

    internal MediaClock Clock { get; }

    internal MetadataMessages Messages { get; } = new();

    /// <summary>
    /// Serves a viewer whose answer has a data channel (<see cref="Sdp.MediaPlan.DataChannel"/>); does nothing for others. Before the peer
    /// connects: it takes <see cref="ViewerPeer.Connected"/>, <see cref="ViewerPeer.Data"/> and <see cref="ViewerPeer.Closed"/>, calling
    /// on what was set before.
    /// </summary>
    public void Join(ViewerPeer viewer)
    {
        if (viewer.Viewer.Plan.DataChannel is null) return;
        MetadataViewer? served = null;
        var (connected, closed) = (viewer.Connected, viewer.Closed);
        viewer.Connected = peer =>
        {
            connected?.Invoke(peer);
            served = new MetadataViewer(this, viewer.Viewer, peer, _settings, Clock.ToMicroseconds(Clock.Timestamp));
            _viewers.Add(served);
        };
        viewer.Data = (_, packet, now) => served?.Receive(packet, Clock.ToMicroseconds(now));
        viewer.Closed = reason =>
        {
            if (served is not null) _viewers.Remove(served);
            closed?.Invoke(reason);
        };
    }

    internal void Enqueue(MetadataViewer viewer)
    {
        if (viewer.IsDue) return;
        viewer.IsDue = true;
        _due.Enqueue(viewer);
    }

    internal void OnEnded(SctpEnd reason)
    {
        if (reason != SctpEnd.Shutdown) Broken++;
    }

    private void OnAdvanced(string streamId)
    {
        foreach (var viewer in _viewers)
        {
            if (viewer.StreamId == streamId) Enqueue(viewer);
        }
    }

    private void Tick(long nowUs)
    {
        for (var i = _viewers.Count - 1; i >= 0; i--)
        {
            _viewers[i].Tick(nowUs);
            if (_viewers[i].HasEnded) _viewers.RemoveAt(i);
        }
    }

    private void Pump(long nowUs)
    {
        for (var i = 0; i < MaxPumps && _due.TryDequeue(out var viewer); i++)
        {
            viewer.IsDue = false;
            viewer.Pump(_metadata.Find(viewer.StreamId), nowUs);
        }
    }
}
