using System.Text;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class SimulcastTests
{
    private readonly Show _show = new();
    private readonly Source _low;
    private readonly Source _high;
    private readonly Publisher _publisher;

    public SimulcastTests()
    {
        var plan = new MediaPlan
        {
            Tracks =
            [
                new TrackPlan
                {
                    Mid = "1", Format = CodecFormat.Vp8, PayloadType = 96, Rids = ["h", "l"],
                    Feedback = new FeedbackPlan(Nack: true, PictureLoss: true, FullIntra: false, MaxBitrate: false, TransportWide: false),
                    Extensions = new RtpExtensionMap { Rid = 4 },
                },
            ],
        };
        _publisher = _show.Publish(plan: plan).Publisher;
        _high = new Source(_show.Hub, () => _show.Now, _publisher, 11, _show.Pass) { Sequence = 100, Timestamp = 1000 };
        _low = new Source(_show.Hub, () => _show.Now, _publisher, 22, _show.Pass) { Sequence = 60000, Timestamp = 800_000 };
    }

    private void Frame(bool highKey = false, bool lowKey = false)
    {
        Deliver(_high, "h", highKey, packets: 4, size: 1000);
        Deliver(_low, "l", lowKey, packets: 1, size: 300);
        _show.Pass(35);
    }

    private static void Deliver(Source source, string rid, bool key, int packets, int size)
    {
        for (var i = 0; i < packets; i++)
        {
            var plain = source.Next(key, i == 0, i == packets - 1, size);
            byte[] packet = [.. plain[..12], 0xBE, 0xDE, 0, 1, (byte)(4 << 4), Encoding.ASCII.GetBytes(rid)[0], 0, 0, .. plain[12..]];
            packet[0] |= 0x10;
            source.Deliver(packet);
        }
    }

    private static byte[] Report(byte fractionLost)
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        writer.ReceiverReport(1, [new ReportBlock(800, fractionLost, 0, 0, 0, 0, 0)]);
        return writer.Written.ToArray();
    }

    [Fact]
    public void Layers_are_told_apart_by_their_stream_id()
    {
        Frame(highKey: true, lowKey: true);
        Assert.Equal([("h", 11u), ("l", 22u)], _publisher.Layers.Select(l => (l.Rid!, l.Ssrc)));
    }

    [Fact]
    public void A_viewer_that_loses_much_goes_down_at_a_key_frame_and_up_again_when_it_is_calm()
    {
        for (var i = 0; i < 60; i++) Frame(highKey: i == 0, lowKey: i == 0);
        var (viewer, sink) = _show.View();
        for (var i = 0; i < 30; i++) Frame();
        Assert.Equal("h", viewer.Video!.Source!.Rid);
        for (var i = 0; i < 6; i++)
        {
            viewer.OnRtcp(Report(200), _show.Now);
            Frame();
        }
        Assert.Equal("h", viewer.Video.Source.Rid);
        Assert.True(_publisher.Layers[1].IsKeyFrameWanted || _publisher.KeyFrameRequests > 0);
        Frame(lowKey: true);
        Assert.Equal("l", viewer.Video.Source.Rid);
        for (var i = 0; i < 600; i++)
        {
            if (i % 30 == 0) viewer.OnRtcp(Report(0), _show.Now);
            Frame(highKey: i % 30 == 0);
        }
        Assert.Equal("h", viewer.Video.Source.Rid);
        var video = sink.Packets.Where(p => p.Ssrc == 800).ToList();
        for (var i = 1; i < video.Count; i++)
        {
            Assert.Equal((ushort)(video[i - 1].Sequence + 1), video[i].Sequence);
            Assert.True((int)(video[i].Timestamp - video[i - 1].Timestamp) >= 0);
        }
        Assert.Equal(2, viewer.Video.Switches);
    }

    [Fact]
    public void A_layer_that_falls_silent_is_left()
    {
        Frame(highKey: true, lowKey: true);
        var (viewer, _) = _show.View();
        Frame(highKey: true, lowKey: true);
        for (var i = 0; i < 60; i++)
        {
            Deliver(_low, "l", i % 10 == 0, packets: 1, size: 300);
            _show.Pass(35);
        }
        Assert.Equal("l", viewer.Video!.Source!.Rid);
    }

    [Fact]
    public void A_viewer_that_cannot_take_the_least_layer_gets_part_of_it_and_whole_pictures_only()
    {
        for (var i = 0; i < 30; i++) Deliver(_high, "h", i == 0, packets: 4, size: 1000);
        var (viewer, sink) = _show.View();
        for (var i = 0; i < 600; i++)
        {
            if (i % 30 == 0) viewer.OnRtcp(Report(230), _show.Now);
            Deliver(_high, "h", i % 60 == 0, packets: 4, size: 1000);
            _show.Pass(35);
        }
        Assert.True(viewer.Pauses > 0);
        Assert.InRange(_publisher.KeyFrameRequests, 0, 2);
        var video = sink.Packets.Where(p => p.Ssrc == 800).ToList();
        Assert.InRange(video.Count, 100, 2000);
        for (var i = 1; i < video.Count; i++) Assert.Equal((ushort)(video[i - 1].Sequence + 1), video[i].Sequence);
    }
}
