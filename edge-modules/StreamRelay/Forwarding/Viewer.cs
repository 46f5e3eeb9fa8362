using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>One who watches a stream: what goes out to it, and what it says of it. On the media loop only.</summary>
internal sealed class Viewer
{
    private const long HousekeepingUs = 100_000;
    private const long ReportUs = 1_000_000;
    private const long SlowKeyFrameUs = 5_000_000;
    private const int MaxCompound = 256;

    /// <summary>Repeated packets may take this many bytes at once, and the second figure per second.</summary>
    private const int RepeatBurst = 256 * 1024;
    private const int RepeatBytesPerSecond = 256 * 1024;

    /// <summary>The sequence numbers of one compound that are looked at.</summary>
    private const int MaxNacks = 256;

    private readonly StreamHub _hub;
    private readonly MediaStream _stream;
    private readonly MediaClock _clock;
    private readonly SentPackets _sent = new();
    private readonly LayerSelector _selector = new();
    private readonly SlowViewer _slow = new();
    private readonly byte[] _buffer = new byte[MaxCompound];
    private long _nextHousekeepingUs;
    private long _nextReportUs;
    private long _repeatCredit = RepeatBurst;
    private long _repeatCreditUs;
    private bool _isClosed;

    public Viewer(StreamHub hub, MediaStream stream, MediaPlan plan, MediaClock clock, uint ssrc)
    {
        (_hub, _stream, _clock, Plan) = (hub, stream, clock, plan);
        Video = plan.Video is { } video ? new ViewerTrack(this, video, ssrc) : null;
        Audio = plan.Audio is { } audio ? new ViewerTrack(this, audio, ssrc + 1) : null;
    }

    public MediaPlan Plan { get; }
    public string StreamId => _stream.Id;
    public ViewerTrack? Video { get; }
    public ViewerTrack? Audio { get; }
    public BandwidthEstimator Estimator { get; } = new();

    /// <summary>Where its packets go; null before <see cref="Start"/>.</summary>
    public IMediaSink? Sink { get; private set; }

    public long StartedUs { get; private set; }

    /// <summary>The time from start to the end of the first frame; null before.</summary>
    public TimeSpan? FirstFrame => Video is { FirstFrameUs: > 0 } video ? TimeSpan.FromMicroseconds(video.FirstFrameUs - StartedUs) : null;

    public long NacksReceived { get; private set; }
    public long KeyFrameRequests { get; private set; }

    /// <summary>How often video paused because the viewer could not take it.</summary>
    public long Pauses => _slow.Pauses;

    public long RoundTripUs { get; private set; }

    /// <summary>Of the video, as the viewer last reported it: 0 to 1.</summary>
    public double FractionLost { get; private set; }

    /// <summary>The viewer is connected: the frames since the last key frame go out, then what is live.</summary>
    public void Start(IMediaSink sink, long now)
    {
        if (_isClosed) return;
        var nowUs = _clock.ToMicroseconds(now);
        (Sink, StartedUs) = (sink, nowUs);
        _repeatCreditUs = nowUs;
        Keep(nowUs);
    }

    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        Sink = null;
        _stream.Remove(this);
        _hub.OnViewerClosed();
    }

    public void OnRtcp(ReadOnlySpan<byte> compound, long now)
    {
        if (Sink is null) return;
        var nowUs = _clock.ToMicroseconds(now);
        var nacks = 0;
        foreach (var block in new RtcpReader(compound))
        {
            for (var i = 0; i < ReportBlock.Count(block); i++) OnReport(ReportBlock.Read(block, i), nowUs);
            if (block.Is(RtcpType.TransportFeedback, RtcpFormat.Nack)) OnNack(block, ref nacks, nowUs);
            else if (block.Is(RtcpType.PayloadFeedback, RtcpFormat.PictureLoss) || FullIntraRequest.Count(block) > 0) OnKeyFrameRequest();
            else if (TransportFeedback.TryParse(block, out var feedback)) Estimator.OnTransportFeedback(feedback, _sent, nowUs);
            else if (Remb.TryParse(block, out var bitsPerSecond)) Estimator.OnMaxBitrate(bitsPerSecond, nowUs);
        }
    }

    internal void Forward(SourceLayer layer, in ForwardedPacket packet, long nowUs)
    {
        if (Sink is null) return;
        if (layer.Kind == TrackKind.Audio)
        {
            Audio?.Forward(layer, packet, nowUs);
            return;
        }
        if (Video is null) return;
        if (ReferenceEquals(layer, Video.Source) && !Video.IsWaiting && !_slow.MayPass(packet.Payload.Length, nowUs))
        {
            Video.Wait();
            return;
        }
        Video.Forward(layer, packet, nowUs);
    }

    internal void OnKeyFrame(SourceLayer layer, long nowUs)
    {
        if (Sink is null || Video is not { } video) return;
        // A publisher that took over has other layers than those that were chosen from.
        if (_stream.Publisher is { } publisher && (video.Target is null || !Contains(publisher.Layers, video.Target))) video.Target = layer;
        if (!ReferenceEquals(layer, video.Target)) return;
        if (video.IsWaiting && !_slow.MayResume(nowUs)) return;
        if (video.IsWaiting || !ReferenceEquals(layer, video.Source) || video.IsBehind(layer.KeyFrameStart))
            video.Begin(layer, layer.KeyFrameStart, isPaced: false, nowUs);
    }

    internal void Tick(long nowUs)
    {
        if (Sink is null) return;
        if (Video is { IsCatchingUp: true }) Video.Drain(nowUs);
        if (nowUs >= _nextHousekeepingUs) Keep(nowUs);
    }

    internal void OnFirstFrame(long nowUs) => _stream.FirstFrames.Record(nowUs - StartedUs);

    internal ushort NextTransportSequence(int bytes, long nowUs) => _sent.Add(bytes, nowUs);

    private void Keep(long nowUs)
    {
        _nextHousekeepingUs = nowUs + HousekeepingUs;
        if (Video is not null && _stream.Publisher is { } publisher) KeepVideo(Video, publisher, nowUs);
        if (nowUs < _nextReportUs || !TrySendReports(nowUs)) return;
        _nextReportUs = nowUs + ReportUs;
    }

    private void KeepVideo(ViewerTrack video, Publisher publisher, long nowUs)
    {
        var current = video.Target ?? video.Source;
        video.Target = _selector.Choose(publisher.Layers, current, Estimator, nowUs) ?? video.Target;
        if (video.Source is { } source) _slow.Update(Estimator, source.Rate.BitsPerSecond(nowUs), nowUs);
        if (video.Target is not { } target) return;
        if (video.IsWaiting)
        {
            if (!_slow.MayResume(nowUs)) return;
            if (video.Packets == 0 && target.CanReplay) video.Begin(target, target.KeyFrameStart, isPaced: true, nowUs);
            // One who cannot take the stream does not make it dearer for the others: a key frame is large.
            else if (!_slow.IsLimited || nowUs - target.KeyFrameUs > SlowKeyFrameUs) target.IsKeyFrameWanted = true;
        }
        else if (!ReferenceEquals(target, video.Source))
        {
            target.IsKeyFrameWanted = true;
        }
    }

    private bool TrySendReports(long nowUs)
    {
        var writer = new RtcpWriter(_buffer);
        SenderReport report;
        if (Video is not null && Video.TryReport(_clock, nowUs, out report)) writer.SenderReport(report, []);
        if (Audio is not null && Audio.TryReport(_clock, nowUs, out report)) writer.SenderReport(report, []);
        if (writer.Length == 0) return false;
        if (Video is not null) writer.Cname(Video.Ssrc, "marquee");
        if (Audio is not null) writer.Cname(Audio.Ssrc, "marquee");
        Sink!.SendRtcp(writer.Written);
        return true;
    }

    private void OnReport(in ReportBlock report, long nowUs)
    {
        if (Video?.Ssrc != report.Ssrc && Audio?.Ssrc != report.Ssrc) return;
        if (report.LastSenderReport != 0)
        {
            var roundTrip = (int)(_clock.NtpAt(nowUs).Middle - report.LastSenderReport - report.DelaySinceLastSenderReport);
            if (roundTrip > 0) RoundTripUs = roundTrip * 1_000_000L / 65536;
        }
        if (Video?.Ssrc != report.Ssrc) return;
        FractionLost = report.FractionLost / 256.0;
        Estimator.OnReport(report.FractionLost, Video.Source?.Rate.BitsPerSecond(nowUs) ?? 0, nowUs);
    }

    private void OnNack(in RtcpBlock block, ref int nacks, long nowUs)
    {
        var track = Video?.Ssrc == block.MediaSsrc ? Video : Audio?.Ssrc == block.MediaSsrc ? Audio : null;
        if (track is null) return;
        _repeatCredit = Math.Min(RepeatBurst, _repeatCredit + ((nowUs - _repeatCreditUs) * RepeatBytesPerSecond / 1_000_000));
        _repeatCreditUs = nowUs;
        foreach (var sequence in new NackItems(block))
        {
            if (++nacks > MaxNacks || _repeatCredit <= 0) return;
            NacksReceived++;
            _repeatCredit -= track.Repeat(sequence, nowUs);
        }
    }

    private void OnKeyFrameRequest()
    {
        KeyFrameRequests++;
        if (Video is { } video && (video.Source ?? video.Target) is { } layer) layer.IsKeyFrameWanted = true;
    }

    private static bool Contains(IReadOnlyList<SourceLayer> layers, SourceLayer layer)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (ReferenceEquals(layers[i], layer)) return true;
        }
        return false;
    }
}
