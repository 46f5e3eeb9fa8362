using System.Net.Sockets;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Toughness;

/// <summary>What a show goes through.</summary>
public sealed class ToughnessTests : IDisposable
{
    private readonly ToughShow _show = new();

    public void Dispose() => _show.Dispose();

    [Fact]
    public void A_viewer_over_TCP_that_stops_reading_costs_nobody_else_a_packet_and_is_closed()
    {
        const int Pictures = 12_000; // 13 MB: more than the kernel's buffers and ours hold
        var camera = _show.Publish();
        var (stuck, other) = (_show.View("stuck", overTcp: true), _show.View("other"));
        _show.Send(camera, 10);
        _show.Bench.Until(() => stuck.Pictures == 10 && other.Pictures == 10);
        var connection = Assert.IsType<TcpConnection>(stuck.Peer.Ice.Selected!.Via);
        stuck.Client.Freeze();
        _show.Send(camera, Pictures, 1100);
        _show.Bench.Until(() => other.Pictures == 10 + Pictures);
        Assert.True(connection.Dropped > 0);
        _show.Bench.Pass(TimeSpan.FromSeconds(35));
        Assert.Equal(PeerState.Closed, stuck.Peer.State);
        Assert.Equal(1, _show.Streams.ViewerCount);
    }

    [Fact]
    public void A_viewer_over_UDP_that_falls_silent_costs_nobody_else_a_packet_and_is_closed()
    {
        const int Pictures = 2_000;
        var camera = _show.Publish();
        var (silent, other) = (_show.View("silent"), _show.View("other"));
        _show.Send(camera, 10);
        _show.Bench.Until(() => silent.Pictures == 10 && other.Pictures == 10);
        silent.Client.Freeze();
        _show.Send(camera, Pictures, 1100);
        _show.Bench.Until(() => other.Pictures == 10 + Pictures);
        Assert.True(silent.Peer.IsConnected);
        _show.Bench.Pass(TimeSpan.FromSeconds(35));
        Assert.Equal(PeerState.Closed, silent.Peer.State);
        Assert.Equal(1, _show.Streams.ViewerCount);
    }

    [Fact]
    public void Viewers_of_a_publisher_that_vanishes_wait_and_go_on_with_the_next()
    {
        var camera = _show.Publish();
        var viewer = _show.View("viewer");
        _show.Send(camera, 10);
        _show.Bench.Until(() => viewer.Pictures == 10);
        camera.Freeze();
        _show.Bench.Pass(TimeSpan.FromSeconds(35));
        Assert.Null(_show.Stream.Publisher);
        Assert.True(viewer.Peer.IsConnected);
        var next = _show.Publish("next");
        _show.Send(next, 10);
        _show.Bench.Until(() => viewer.Pictures == 20);
    }

    [Fact]
    public void Viewers_need_not_wait_for_a_vanished_publisher_to_be_noticed_when_the_next_may_take_over()
    {
        var camera = _show.Publish();
        var viewer = _show.View("viewer");
        _show.Send(camera, 10);
        _show.Bench.Until(() => viewer.Pictures == 10);
        camera.Freeze();
        _show.Send(_show.Publish("next", takeOver: true), 10);
        _show.Bench.Until(() => viewer.Pictures == 20);
    }

    [Fact]
    public void Thirty_thousand_bogus_packets_leave_the_media_undisturbed_and_no_state()
    {
        // A second of the stream, and within it ten thousand each of STUN, DTLS and SRTP from strangers.
        const int Pictures = 270;
        const int BogusOfEach = 10_000;
        var camera = _show.Publish();
        var viewer = _show.View("viewer");
        var hub = _show.Bench.Hub;
        _show.Send(camera, 10);
        _show.Bench.Until(() => viewer.Pictures == 10);
        var (peers, addresses) = (hub.PeerCount, hub.AddressCount);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Connect(_show.Bench.Udp);
        var (stun, dtls, rtp) = (Check(viewer.Peer.LocalUfrag), Convert.FromHexString("16fefd0001000000000000000401020304"), Packets.Rtp(1, 1));
        var sent = 0;
        _show.Send(camera, Pictures, 1100, picture =>
        {
            for (; sent < BogusOfEach * (picture + 1) / Pictures; sent++)
            {
                stranger.Send(stun);
                stranger.Send(dtls);
                stranger.Send(rtp);
                if (sent % 16 == 0) _show.Bench.Turn();
            }
        });
        _show.Bench.Until(() => viewer.Pictures == 10 + Pictures && hub.Counters.MediaFromUnknown == BogusOfEach);
        Assert.Equal(BogusOfEach, hub.Counters.DtlsFromUnknown);
        Assert.Equal((peers, addresses, 0), (hub.PeerCount, hub.AddressCount, hub.HandshakesRunning));
    }

    [Fact]
    public void Two_hundred_viewers_that_join_at_once_all_have_a_picture_without_another_key_frame()
    {
        var camera = _show.Publish();
        var first = _show.View("first");
        _show.Send(camera, 20);
        _show.Bench.Until(() => first.Pictures == 20);
        var asked = _show.Stream.Publisher!.KeyFrameRequests;
        var viewers = Enumerable.Range(0, 200).Select(i => _show.Invite($"viewer-{i}")).ToList();
        _show.Bench.Until(() => viewers.TrueForAll(v => v.Pictures > 0));
        Assert.Equal(asked, _show.Stream.Publisher.KeyFrameRequests);
        Assert.Equal(201, _show.Streams.ViewerCount);
    }

    /// <summary>A check that knows the peer's name, as anybody who saw its traffic does, and not its password.</summary>
    private static byte[] Check(string ufrag)
    {
        var packet = new byte[256];
        var writer = new StunWriter(packet, StunClass.Request, new byte[StunMessage.TransactionBytes]);
        writer.Username(ufrag + ":clnt");
        writer.UseCandidate();
        using var key = new StunKey("not the password at all");
        return packet[..writer.Finish(key)];
    }
}
