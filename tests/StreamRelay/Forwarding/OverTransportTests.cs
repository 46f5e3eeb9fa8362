using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Forwarding;

/// <summary>A publisher and a viewer over ICE, DTLS and SRTP.</summary>
public sealed class OverTransportTests : IDisposable
{
    private readonly PeerBench _bench = new();
    private readonly StreamHub _hub;
    private uint _ssrc = 9000;

    public OverTransportTests()
    {
        _hub = new StreamHub(_bench.Loop.Clock.Provider, new StreamLimits(), () => _ssrc++);
        _hub.AttachTo(_bench.Loop);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Video(ushort number, bool key)
    {
        var (high, low) = ((byte)(number >> 8), (byte)number);
        return [0x80, 96 | 0x80, high, low, 0, 0, high, low, 0, 0, 0, 1, 0x10, (byte)(key ? 0 : 1), 7];
    }

    [Fact]
    public void Pictures_go_from_a_publisher_to_a_viewer_and_lost_ones_again()
    {
        var publisher = _hub.Publish("show", Show.Plan(1), new PublishOptions()).Publisher!;
        var (camera, _) = _bench.Connect(new PublisherPeer(publisher), "camera");
        var viewer = _hub.View("show", Show.ViewerPlan()).Viewer!;
        var (watcher, _) = _bench.Connect(new ViewerPeer(viewer), "watcher");
        var heard = new List<(uint Ssrc, ushort Sequence)>();
        watcher.Rtp = (_, bytes, _) =>
        {
            if (RtpPacket.TryParse(bytes, out var packet)) heard.Add((packet.Ssrc, packet.SequenceNumber));
        };
        for (ushort i = 0; i < 20; i++) camera.SendRtp(Video(i, key: i == 0));
        _bench.Until(() => heard.Count(p => p.Ssrc == 800) == 20);
        watcher.SendRtcp(Show.Nack(800, heard[^1].Sequence));
        _bench.Until(() => heard[^1].Ssrc == 801);
        Assert.Equal(1, viewer.Video!.Repeated);
    }

    [Fact]
    public void A_publisher_that_is_replaced_loses_its_transport_and_one_that_leaves_frees_the_stream()
    {
        var first = _hub.Publish("show", Show.Plan(1), new PublishOptions()).Publisher!;
        var firstMedia = new PublisherPeer(first);
        PeerCloseReason? closed = null;
        firstMedia.Closed = reason => closed = reason;
        _bench.Connect(firstMedia, "first");
        var second = _hub.Publish("show", Show.Plan(1), new PublishOptions { MayTakeOver = true }).Publisher!;
        var (camera, peer) = _bench.Connect(new PublisherPeer(second), "second");
        camera.SendRtp(Video(1, key: true));
        _bench.Until(() => closed is not null);
        Assert.Equal(PeerCloseReason.Local, closed);
        Assert.Same(second, _hub.Find("show")!.Publisher);
        peer.Close(PeerCloseReason.Local);
        _bench.Until(() => _hub.Find("show") is null);
    }
}
