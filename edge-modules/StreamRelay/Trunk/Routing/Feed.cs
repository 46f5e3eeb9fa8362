using System.Buffers.Binary;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>A stream that comes in from a neighbour, under one alias: a publisher of the hub, from its first packet on.</summary>
internal sealed class Feed(Neighbour neighbour, Announce announcement, TrunkNode node) : IMediaSource
{
    private const int MaxReport = 64;

    private readonly byte[] _report = new byte[MaxReport];
    private Publisher? _publisher;
    private bool _isRefused;

    public Neighbour Neighbour => neighbour;
    public Announce Announcement => announcement;
    public string StreamId => announcement.StreamId;
    public Publisher? Publisher => _publisher;

    /// <summary>Its publisher has been replaced, or closed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>From ingest to here, and from the neighbour to here.</summary>
    public LatencyHistogram FromIngest { get; } = new();
    public LatencyHistogram FromNeighbour { get; } = new();

    /// <summary>How far capture times may be off for the clocks of all the trunks on the way.</summary>
    public long UncertaintyUs { get; private set; }

    public void OnRtp(Span<byte> rtp, in MediaArrival arrival)
    {
        if (HasEnded || rtp.Length < RtpPacket.FixedHeaderLength) return;
        if (_publisher is null && !TryOpen()) return;
        // Numbered by the origin's publisher, but under the names that the plan has for the tracks.
        rtp[1] = (byte)((rtp[1] & 0x80) | (arrival.IsVideo ? AnnouncedTrack.VideoPayloadType : AnnouncedTrack.AudioPayloadType));
        BinaryPrimitives.WriteUInt32BigEndian(rtp[8..], arrival.IsVideo ? AnnouncedTrack.VideoSsrc : AnnouncedTrack.AudioSsrc);
        var nowUs = node.Clock.ToMicroseconds(arrival.Now);
        FromIngest.Record(nowUs - arrival.IngestUs);
        FromNeighbour.Record(nowUs - arrival.SentUs);
        _publisher!.OnRtp(rtp, arrival.Now);
    }

    /// <summary>What a sender report of the origin's publisher said, in our clock.</summary>
    public void OnMoment(TrackMoment moment, long now)
    {
        UncertaintyUs = moment.UncertaintyUs + neighbour.Clock.UncertaintyUs;
        if (_publisher is null || HasEnded) return;
        var writer = new RtcpWriter(_report);
        var time = node.Clock.NtpAt(neighbour.Clock.ToOurs(moment.Us));
        writer.SenderReport(new SenderReport(moment.IsVideo ? AnnouncedTrack.VideoSsrc : AnnouncedTrack.AudioSsrc, time, moment.RtpTimestamp, 0, 0), []);
        _publisher.OnRtcp(writer.Written, now);
    }

    public void RequestKeyFrame(int layer) => node.Send(neighbour, new WantKeyFrame(StreamId));

    public void Close()
    {
        HasEnded = true;
        _publisher?.Close();
    }

    private bool TryOpen()
    {
        if (_isRefused) return false;
        if (announcement.Plan() is not { } plan || node.Publish(this, plan) is not { } publisher)
        {
            _isRefused = true;
            return false;
        }
        _publisher = publisher;
        publisher.Attach(this);
        publisher.Ended = _ => HasEnded = true;
        return true;
    }
}
