using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Why a publisher's part in a stream ended.</summary>
internal enum PublisherEnd
{
    /// <summary>It left, or its transport did.</summary>
    Left,

    /// <summary>Another publisher took over.</summary>
    Replaced,
}

/// <summary>A source of a stream: its packets come in here and its feedback goes out. On the media loop only.</summary>
internal sealed class Publisher
{
    private readonly MediaClock _clock;
    private readonly MediaStream _stream;
    private readonly SourceRoutes _routes;
    private readonly PublisherFeedback _feedback;
    private readonly byte _transportSequenceId;
    private long? _clockOffsetUs; // of the publisher's NTP clock to ours

    public Publisher(MediaStream stream, MediaPlan plan, PublishOptions options, MediaClock clock, uint feedbackSsrc)
    {
        (_stream, Plan, Options, _clock) = (stream, plan, options, clock);
        _routes = new SourceRoutes(plan);
        _feedback = new PublisherFeedback(plan, options, feedbackSsrc);
        // One id per transport: bundled sections agree on what an id means.
        _transportSequenceId =
            plan.Tracks.Select(t => t.Feedback.TransportWide ? t.Extensions.TransportSequence : (byte)0).FirstOrDefault(id => id != 0);
    }

    public MediaPlan Plan { get; }
    public PublishOptions Options { get; }
    public IReadOnlyList<SourceLayer> Layers => _routes.Layers;
    public bool IsActive => ReferenceEquals(_stream.Publisher, this);
    public bool HasEnded { get; private set; }

    /// <summary>Called once when the publisher's part ends, so that its transport can be closed.</summary>
    public Action<PublisherEnd>? Ended { get; set; }

    /// <summary>Packets that no track of the plan accounts for.</summary>
    public long UnknownPackets { get; private set; }

    public long KeyFrameRequests => _feedback.KeyFrameRequests;
    public long NacksSent => _feedback.NacksSent;

    public void Attach(IMediaSink sink) => _feedback.Sink = sink;

    public void Attach(IMediaSource source) => _feedback.Source = source;

    /// <summary>Takes a whole RTP packet in plaintext; a retransmission is restored in place.</summary>
    public void OnRtp(Span<byte> data, long now)
    {
        if (HasEnded || !RtpPacket.TryParse(data, out var packet)) return;
        var nowUs = _clock.ToMicroseconds(now);
        if (_transportSequenceId != 0 && packet.Extensions.TryGet(_transportSequenceId, out var number) && number.Length == 2)
            _feedback.OnTransportSequence((ushort)((number[0] << 8) | number[1]), packet.Ssrc, nowUs);
        if (!_routes.TryFind(packet, nowUs, out var layer, out var isRetransmission))
        {
            UnknownPackets++;
            return;
        }
        if (isRetransmission && !Retransmission.TryRestore(data, layer.Track.PayloadType, layer.Ssrc, ref packet)) return;
        // A source without RTX repeats on its own SSRC: what was asked for counts as repeated as well.
        if (!layer.TryAccept(packet, isRetransmission, nowUs, out var sequence)) return;
        var isKeyFrame = layer.TryFindKeyFrame(packet, sequence, nowUs);
        if (!IsActive && !_stream.TryTakeOver(this, layer, isKeyFrame, nowUs)) return;
        _stream.Forward(layer, packet, sequence, isKeyFrame, now, nowUs);
    }

    public void OnRtcp(ReadOnlySpan<byte> compound, long now)
    {
        if (HasEnded) return;
        var nowUs = _clock.ToMicroseconds(now);
        foreach (var block in new RtcpReader(compound))
        {
            if (SenderReport.TryParse(block, out var report)) OnSenderReport(report, nowUs);
        }
    }

    public void Tick(long nowUs) => _feedback.Tick(Layers, nowUs);

    /// <summary>The publisher leaves; its stream goes on waiting for another.</summary>
    public void Close() => End(PublisherEnd.Left);

    internal void End(PublisherEnd reason)
    {
        if (HasEnded) return;
        HasEnded = true;
        _stream.Remove(this);
        Ended?.Invoke(reason);
    }

    private void OnSenderReport(in SenderReport report, long nowUs)
    {
        foreach (var layer in Layers)
        {
            if (layer.Ssrc != report.Ssrc) continue;
            layer.Statistics.OnSenderReport(report, nowUs);
            if (report.Ntp.Value == 0) return;
            // One offset for all tracks, so that picture and sound stay together; the report with the least delay tells it best.
            var sent = _clock.FromNtp(report.Ntp);
            var offset = nowUs - sent;
            if (_clockOffsetUs is not { } known || offset < known || offset - known > 1_000_000) _clockOffsetUs = offset;
            layer.Clock.OnSenderReport(report.RtpTimestamp, sent + _clockOffsetUs.Value);
            return;
        }
    }
}
