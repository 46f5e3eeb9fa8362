using System.Buffers.Binary;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class ForwardingTests
{
    private readonly Show _show = new();

    private static List<SentPacket> Video(RecordingSink sink) => [.. sink.Packets.Where(p => p.Ssrc == 800)];

    private static void AssertContinuous(List<SentPacket> packets)
    {
        for (var i = 1; i < packets.Count; i++) Assert.Equal((ushort)(packets[i - 1].Sequence + 1), packets[i].Sequence);
    }

    [Fact]
    public void A_viewer_gets_the_packets_under_its_own_source_payload_type_and_numbers()
    {
        var source = _show.Publish();
        var (_, sink) = _show.View();
        source.Frame(key: true);
        source.Sound();
        source.Frame();
        var video = Video(sink);
        Assert.Equal(6, video.Count);
        AssertContinuous(video);
        Assert.All(video, p => Assert.Equal(120, p.PayloadType));
        Assert.Equal([false, false, true, false, false, true], video.Select(p => p.Marker));
        Assert.Equal(3000u, video[3].Timestamp - video[0].Timestamp);
        var audio = Assert.Single(sink.Packets, p => p.Ssrc == 700);
        Assert.Equal(109, audio.PayloadType);
    }

    [Fact]
    public void A_viewer_sees_nothing_before_a_key_frame_and_the_publisher_is_asked_for_one()
    {
        var source = _show.Publish();
        var publisherSink = new RecordingSink();
        source.Publisher.Attach(publisherSink);
        source.Frame(key: false);
        var (_, sink) = _show.View();
        source.Run(5);
        Assert.Empty(Video(sink));
        Assert.Contains(publisherSink.Rtcp, HasPictureLoss);
        source.Frame(key: true);
        Assert.Equal(3, Video(sink).Count);
    }

    [Fact]
    public void Key_frames_are_asked_for_at_most_twice_a_second()
    {
        var source = _show.Publish();
        source.Publisher.Attach(new RecordingSink());
        source.Frame(key: true);
        var (viewer, _) = _show.View();
        for (var i = 0; i < 100; i++)
        {
            viewer.OnRtcp(Show.PictureLoss(800), _show.Now);
            source.Frame();
            _show.Pass(20);
        }
        Assert.InRange(source.Publisher.KeyFrameRequests, 3, 5);
    }

    [Fact]
    public void A_new_viewer_gets_the_frames_since_the_last_key_frame_and_ends_level_with_the_live_picture()
    {
        var source = _show.Publish();
        source.Run(60, keyEvery: 60);
        var (viewer, sink) = _show.View();
        Assert.Equal(3, Video(sink).Count(p => p.Timestamp == Video(sink)[0].Timestamp));
        _show.Pass(5);
        Assert.NotNull(viewer.FirstFrame);
        Assert.True(viewer.FirstFrame <= TimeSpan.FromMilliseconds(300));
        source.Run(40);
        var video = Video(sink);
        Assert.Equal(300, video.Count);
        AssertContinuous(video);
        var stamps = video.Select(p => p.Timestamp).ToList();
        Assert.Equal(stamps.Order(), stamps);
        // The last frames are live again: a thirtieth of a second apart.
        Assert.Equal(3000u, video[^1].Timestamp - video[^4].Timestamp);
        // What was two seconds of pictures took at most one second of the viewer's clock.
        Assert.True(video[180].Timestamp - video[0].Timestamp <= 90_000);
    }

    [Fact]
    public void A_key_frame_ends_the_replay()
    {
        var source = _show.Publish();
        source.Run(60, keyEvery: 60, packets: 20, size: 1000);
        var (_, sink) = _show.View();
        var before = Video(sink).Count;
        Assert.True(before < 600);
        source.Frame(key: true, packets: 20, size: 1000);
        var video = Video(sink);
        Assert.Equal(before + 20, video.Count);
        AssertContinuous(video);
        Assert.True(video[^1].Timestamp > video[before - 1].Timestamp);
    }

    [Fact]
    public void A_packet_that_comes_late_fills_the_hole_that_was_left_for_it()
    {
        var source = _show.Publish();
        var (_, sink) = _show.View();
        source.Frame(key: true);
        var late = source.Next(false, true, false);
        var next = source.Next(false, false, true);
        source.Deliver(next);
        source.Deliver(late);
        source.Deliver(late);
        var video = Video(sink);
        Assert.Equal(5, video.Count);
        Assert.Equal((ushort)(video[3].Sequence - 1), video[4].Sequence);
        Assert.Equal((ushort)(video[2].Sequence + 1), video[4].Sequence);
    }

    [Fact]
    public void A_nack_is_answered_by_rtx_with_the_packet_that_was_sent()
    {
        var source = _show.Publish();
        var (viewer, sink) = _show.View();
        source.Frame(key: true);
        source.Frame();
        var lost = Video(sink)[4];
        viewer.OnRtcp(Show.Nack(800, lost.Sequence), _show.Now);
        var repeated = sink.Packets[^1];
        Assert.Equal(801u, repeated.Ssrc);
        Assert.Equal(124, repeated.PayloadType);
        Assert.Equal(lost.Timestamp, repeated.Timestamp);
        Assert.Equal(lost.Sequence.ToString("X4") + lost.Payload, repeated.Payload);
    }

    [Fact]
    public void Without_rtx_a_packet_is_repeated_to_the_last_byte()
    {
        var source = _show.Publish();
        var (viewer, sink) = _show.View(Show.ViewerPlan(rtx: false, transportWide: true));
        source.Frame(key: true);
        var lost = Video(sink)[1];
        _show.Pass(40);
        viewer.OnRtcp(Show.Nack(800, lost.Sequence), _show.Now);
        Assert.Equal(lost.Bytes, sink.Packets[^1].Bytes);
        Assert.Equal(4, Video(sink).Count);
    }

    [Fact]
    public void The_same_packet_is_not_repeated_twice_at_once_and_an_unknown_one_not_at_all()
    {
        var source = _show.Publish();
        var (viewer, sink) = _show.View();
        source.Frame(key: true);
        var lost = Video(sink)[1].Sequence;
        var before = sink.Packets.Count;
        for (var i = 0; i < 10; i++) viewer.OnRtcp(Show.Nack(800, lost, (ushort)(lost + 300)), _show.Now);
        Assert.Equal(before + 1, sink.Packets.Count);
    }

    [Fact]
    public void A_missing_packet_is_asked_for_and_the_retransmission_forwarded_in_its_place()
    {
        var source = _show.Publish();
        var publisherSink = new RecordingSink();
        source.Publisher.Attach(publisherSink);
        var (_, sink) = _show.View();
        source.Frame(key: true);
        var lost = source.Next(false, true, false);
        source.Deliver(source.Next(false, false, true));
        _show.Pass(5);
        Assert.Equal([BinaryPrimitives.ReadUInt16BigEndian(lost.AsSpan(2))], publisherSink.Rtcp.SelectMany(Nacked));

        byte[] rtx = [.. lost[..12], .. lost[2..4], .. lost[12..]];
        rtx[1] = 97;
        BinaryPrimitives.WriteUInt32BigEndian(rtx.AsSpan(8), source.Ssrc + 50);
        source.Deliver(rtx);
        var video = Video(sink);
        Assert.Equal(5, video.Count);
        Assert.Equal(Convert.ToHexString(lost.AsSpan(12)), video[4].Payload);
        Assert.Equal(120, video[4].PayloadType);
        publisherSink.Rtcp.Clear();
        _show.Pass(500);
        Assert.DoesNotContain(publisherSink.Rtcp, c => Nacked(c).Count > 0);
    }

    [Fact]
    public void A_packet_that_never_comes_is_given_up_and_mended_by_a_key_frame()
    {
        var source = _show.Publish();
        var publisherSink = new RecordingSink();
        source.Publisher.Attach(publisherSink);
        _show.View();
        source.Frame(key: true);
        source.Next(false, true, false);
        source.Run(90);
        Assert.Equal(LossTracker.MaxTries, publisherSink.Rtcp.Sum(c => Nacked(c).Count));
        Assert.Contains(publisherSink.Rtcp, HasPictureLoss);
    }

    [Fact]
    public void A_second_publisher_is_refused_unless_it_may_take_over()
    {
        _show.Publish();
        Assert.Equal(StreamRefusal.AlreadyPublished, _show.Hub.Publish("show", Show.Plan(9), new PublishOptions()).Refusal);
        _show.Publish(ssrc: 300, takeOver: true);
        Assert.Equal(StreamRefusal.TakeOverUnderWay,
            _show.Hub.Publish("show", Show.Plan(9), new PublishOptions { MayTakeOver = true }).Refusal);
    }

    [Fact]
    public void A_take_over_shows_at_its_first_key_frame_and_no_viewer_notices_but_in_the_picture()
    {
        var first = _show.Publish();
        PublisherEnd? end = null;
        first.Publisher.Ended = reason => end = reason;
        var (viewer, sink) = _show.View();
        first.Run(10, keyEvery: 10);
        var second = _show.Publish(ssrc: 300, takeOver: true);
        second.Timestamp = 4_000_000_000;
        second.Sequence = 65_534;
        second.Frame(key: false);
        second.Sound();
        first.Run(3);
        Assert.Null(end);
        second.Frame(key: true);
        Assert.Equal(PublisherEnd.Replaced, end);
        second.Run(10);
        first.Frame();
        var video = Video(sink);
        Assert.Equal(13 * 3 + 11 * 3, video.Count);
        AssertContinuous(video);
        var stamps = video.Select(p => p.Timestamp).ToList();
        Assert.Equal(stamps.Order(), stamps);
        Assert.InRange(video[39].Timestamp - video[38].Timestamp, 1u, 6000u);
        Assert.False(viewer.Video!.IsWaiting);
    }

    [Fact]
    public void A_publisher_that_vanishes_leaves_the_viewers_to_the_next()
    {
        var first = _show.Publish();
        var (_, sink) = _show.View();
        first.Run(5, keyEvery: 5);
        first.Publisher.Close();
        _show.Pass(3000);
        var second = _show.Publish(ssrc: 300);
        second.Run(5, keyEvery: 5);
        var video = Video(sink);
        Assert.Equal(30, video.Count);
        AssertContinuous(video);
        // The silence is in the timestamps: three seconds, give or take.
        Assert.InRange(video[15].Timestamp - video[14].Timestamp, 2 * 90_000u, 4 * 90_000u);
    }

    [Fact]
    public void A_format_that_the_viewers_were_not_promised_is_refused()
    {
        var first = _show.Publish();
        _show.View();
        first.Publisher.Close();
        var h264 = Marquee.StreamRelay.Sdp.MediaPlan.ForSource(Marquee.StreamRelay.Sdp.CodecFormat.H264, null);
        Assert.Equal(StreamRefusal.FormatDiffers, _show.Hub.Publish("show", h264, new PublishOptions()).Refusal);
    }

    [Fact]
    public void Streams_and_viewers_are_bounded_and_an_empty_stream_is_forgotten()
    {
        var show = new Show(new StreamLimits { MaxStreams = 1, MaxViewers = 1 });
        var source = show.Publish();
        var (viewer, _) = show.View();
        Assert.Equal(StreamRefusal.TooManyViewers, show.Hub.View("show", Show.ViewerPlan()).Refusal);
        Assert.Equal(StreamRefusal.TooManyStreams, show.Hub.Publish("other", Show.Plan(1), new PublishOptions()).Refusal);
        viewer.Close();
        viewer.Close();
        source.Publisher.Close();
        show.Pass(5);
        Assert.Null(show.Hub.Find("show"));
        Assert.Equal(0, show.Hub.ViewerCount);
    }

    [Fact]
    public void Reports_give_a_viewer_the_publishers_clock_under_its_own_timestamps()
    {
        var source = _show.Publish();
        var (_, sink) = _show.View();
        source.Run(40, keyEvery: 40);
        var reports = sink.Rtcp.SelectMany(Reports).Where(r => r.Ssrc == 800).ToList();
        Assert.True(reports.Count >= 2);
        var (a, b) = (reports[0], reports[^1]);
        var elapsedUs = b.Ntp.ToMicroseconds() - a.Ntp.ToMicroseconds();
        Assert.InRange(b.RtpTimestamp - a.RtpTimestamp, (uint)(elapsedUs * 9 / 100) - 2, (uint)(elapsedUs * 9 / 100) + 2);
    }

    [Fact]
    public void A_tap_hears_the_packets_as_they_were_sent()
    {
        var tap = new Tap();
        Assert.True(_show.Hub.TryTap("show", tap));
        var source = _show.Publish();
        source.Frame(key: true);
        source.Sound();
        Assert.Equal([1000, 1001, 1002, 500], tap.Sequences);
    }

    private sealed class Tap : IMediaTap
    {
        public List<int> Sequences { get; } = [];

        public void OnRtp(in StreamRelay.Rtp.RtpPacket packet, StreamRelay.Rtp.TrackKind kind, long now) =>
            Sequences.Add(packet.SequenceNumber);
    }

    private static bool HasPictureLoss(byte[] compound)
    {
        foreach (var block in new RtcpReader(compound))
        {
            if (block.Is(RtcpType.PayloadFeedback, RtcpFormat.PictureLoss)) return true;
        }
        return false;
    }

    private static List<ushort> Nacked(byte[] compound)
    {
        var found = new List<ushort>();
        foreach (var block in new RtcpReader(compound))
        {
            if (!block.Is(RtcpType.TransportFeedback, RtcpFormat.Nack)) continue;
            foreach (var sequence in new NackItems(block)) found.Add(sequence);
        }
        return found;
    }

    private static List<SenderReport> Reports(byte[] compound)
    {
        var found = new List<SenderReport>();
        foreach (var block in new RtcpReader(compound))
        {
            if (SenderReport.TryParse(block, out var report)) found.Add(report);
        }
        return found;
    }
}
