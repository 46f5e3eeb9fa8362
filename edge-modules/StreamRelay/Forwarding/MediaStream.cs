using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>One show: the publisher that is on, perhaps one that is about to take over, the viewers and the taps.</summary>
internal sealed class MediaStream
{
    private readonly List<IMediaTap> _taps = [];
    private readonly ForwardingBatch _batch = new();
    private Viewer[] _viewers = new Viewer[16];
    private SourceLayer? _tapped;
    private EgressTotals _left;
    private IngressTotals _ended;

    public MediaStream(string id) => Id = id;

    public string Id { get; }

    /// <summary>The publisher whose packets the viewers get.</summary>
    public Publisher? Publisher { get; private set; }

    /// <summary>A publisher that takes over at its first key frame.</summary>
    public Publisher? Standby { get; private set; }

    /// <summary>The codecs that viewers were promised; null before the first publisher.</summary>
    public StreamFormat? Format { get; private set; }

    public int ViewerCount { get; private set; }
    public ReadOnlySpan<Viewer> Viewers => _viewers.AsSpan(0, ViewerCount);

    /// <summary>Viewers that have come, those that left included.</summary>
    public long Joined { get; private set; }

    /// <summary>Viewer packets that were due, each counted once for each viewer: the weight of a turn in latency figures.</summary>
    public long Forwarded { get; private set; }

    /// <summary>From a viewer's start to the last packet of its first frame.</summary>
    public LatencyHistogram FirstFrames { get; } = new();

    public EgressTotals Egress
    {
        get
        {
            var totals = _left;
            foreach (var viewer in Viewers) totals.Add(viewer);
            return totals;
        }
    }

    public IngressTotals Ingress
    {
        get
        {
            var totals = _ended;
            if (Publisher is not null) totals.Add(Publisher);
            return totals;
        }
    }

    /// <summary>True when nothing keeps the stream alive.</summary>
    public bool IsEmpty => Publisher is null && Standby is null && ViewerCount == 0 && _taps.Count == 0;

    public int TapCount => _taps.Count;

    public void AddTap(IMediaTap tap) => _taps.Add(tap);

    public void RemoveTap(IMediaTap tap) => _taps.Remove(tap);

    internal StreamRefusal? Admit(MediaPlan plan, PublishOptions options)
    {
        if (Publisher is not null && !options.MayTakeOver) return StreamRefusal.AlreadyPublished;
        if (Standby is not null) return StreamRefusal.TakeOverUnderWay;
        if (ViewerCount > 0 && Format is not null && !Format.IsCompatibleWith(plan.StreamFormat)) return StreamRefusal.FormatDiffers;
        return null;
    }

    internal void Add(Publisher publisher)
    {
        if (Publisher is null) Activate(publisher);
        else Standby = publisher;
    }

    internal void Remove(Publisher publisher)
    {
        if (ReferenceEquals(Standby, publisher)) Standby = null;
        _ended.Add(publisher);
        if (!ReferenceEquals(Publisher, publisher)) return;
        Publisher = null;
        if (Standby is not { } next) return;
        Standby = null;
        Activate(next);
    }

    internal void Add(Viewer viewer)
    {
        if (ViewerCount == _viewers.Length) Array.Resize(ref _viewers, ViewerCount * 2);
        _viewers[ViewerCount++] = viewer;
        Joined++;
    }

    internal void Remove(Viewer viewer)
    {
        var index = Array.IndexOf(_viewers, viewer, 0, ViewerCount);
        if (index < 0) return;
        _left.Add(viewer);
        _viewers[index] = _viewers[--ViewerCount];
        _viewers[ViewerCount] = null!;
    }

    /// <summary>The waiting publisher is on from its first key frame, or its first sound when it has no picture.</summary>
    internal bool TryTakeOver(Publisher publisher, SourceLayer layer, bool isKeyFrame, long nowUs)
    {
        if (!ReferenceEquals(publisher, Standby)) return false;
        if (!isKeyFrame && publisher.Plan.Video is not null)
        {
            if (layer.Kind == TrackKind.Video && layer.KeyFrameStart == 0) layer.IsKeyFrameWanted = true;
            return false;
        }
        var old = Publisher;
        Standby = null;
        Activate(publisher);
        old?.End(PublisherEnd.Replaced);
        return true;
    }

    internal void Forward(SourceLayer layer, in RtpPacket packet, long sequence, bool isKeyFrame, long now, long nowUs)
    {
        if (_taps.Count > 0) Tap(layer, packet, isKeyFrame, now, nowUs);
        if (ViewerCount == 0) return;
        _batch.Add(layer, packet, sequence, isKeyFrame);
        if (_batch.IsFull) Flush(nowUs);
    }

    /// <summary>Sends what came in since the last time.</summary>
    internal void Flush(long nowUs)
    {
        if (_batch.Count == 0) return;
        Forwarded += (long)_batch.Count * ViewerCount;
        _batch.SendTo(Viewers, nowUs);
    }

    internal void Tick(long nowUs)
    {
        Flush(nowUs);
        Publisher?.Tick(nowUs);
        Standby?.Tick(nowUs);
        foreach (var viewer in Viewers) viewer.Tick(nowUs);
    }

    private void Activate(Publisher publisher)
    {
        Publisher = publisher;
        if (ViewerCount == 0 || Format is null) Format = publisher.Plan.StreamFormat;
        _tapped = null;
    }

    private void Tap(SourceLayer layer, in RtpPacket packet, bool isKeyFrame, long now, long nowUs)
    {
        if (layer.Kind == TrackKind.Video && !ReferenceEquals(layer, _tapped))
        {
            var isBetter = _tapped is null || !_tapped.IsLive(nowUs) || layer.Rate.BitsPerSecond(nowUs) > _tapped.Rate.BitsPerSecond(nowUs);
            if (!isKeyFrame || !isBetter)
            {
                if (_tapped is null) layer.IsKeyFrameWanted |= layer.KeyFrameStart == 0;
                return;
            }
            _tapped = layer;
        }
        foreach (var tap in _taps) tap.OnRtp(packet, layer.Kind, now);
    }
}
