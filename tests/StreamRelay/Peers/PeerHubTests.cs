using System.Net;
using System.Net.Sockets;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Tests.Peers;

public sealed class PeerHubTests : IDisposable
{
    private readonly PeerBench _bench = new();
    private readonly RecordingMedia _media = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Ten_thousand_bogus_stun_and_dtls_packets_leave_no_state_and_hardly_an_answer()
    {
        var (client, peer) = _bench.Connect(_media);
        var hub = _bench.Hub;
        var port = new CountingSender();
        var answeredBefore = hub.Counters.StunAnswered;
        Span<byte> packet = new byte[256];
        for (var i = 0; i < 10_000; i++)
        {
            var from = PeerAddress.V4(0x0A000000 + ((uint)i % 8), (ushort)(1024 + (i % 50_000)));
            var writer = new StunWriter(packet, StunClass.Request, BitConverter.GetBytes((Int128)i).AsSpan(0, 12));
            writer.Username((i % 2 == 0 ? "UNKNOWN+" : peer.LocalUfrag) + ":clnt");
            var length = writer.Finish(new StunKey("wrong"));
            hub.OnDatagram(port, packet[..length], from, _bench.Loop.Now);
            hub.OnDatagram(port, new byte[] { 22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 }, from, _bench.Loop.Now);
            hub.OnDatagram(port, Packets.Rtp(1, (ushort)i), from, _bench.Loop.Now);
        }
        Assert.Equal(1, hub.PeerCount);
        Assert.Equal(1, hub.AddressCount);
        Assert.Equal(0, hub.HandshakesRunning);
        Assert.Equal(10_000, hub.Counters.DtlsFromUnknown);
        Assert.Equal(10_000, hub.Counters.MediaFromUnknown);
        Assert.Equal(answeredBefore, hub.Counters.StunAnswered);
        Assert.InRange(port.Sent, 1, 8 * new PeerHubOptions().ErrorsPerSecond);
        client.SendRtp(Packets.Rtp(1, 1));
        _bench.Until(() => _media.Rtp.Count == 1);
    }

    [Theory]
    [InlineData(400, false, false, "any", 0)]
    [InlineData(401, true, true, "wrong", 0)]
    [InlineData(420, true, true, null, StunAttributeUnderTest)]
    [InlineData(487, true, true, null, StunAttribute.IceControlled)]
    public void A_check_that_is_not_right_gets_its_error(int expected, bool withUsername, bool withIntegrity, string? password, int attribute)
    {
        var peer = _bench.Hub.Create(_bench.Client().OptionsFor("p"), _media);
        var port = new CountingSender();
        Span<byte> packet = new byte[256];
        var writer = new StunWriter(packet, StunClass.Request, new byte[12]);
        if (withUsername) writer.Username(peer.LocalUfrag + ":clnt");
        if (attribute != 0) writer.Raw((ushort)attribute, new byte[8]);
        using var key = new StunKey(password ?? peer.LocalPassword);
        var length = writer.Finish(withIntegrity ? key : null);
        _bench.Hub.OnDatagram(port, packet[..length], PeerAddress.V4(1, 1), _bench.Loop.Now);
        Assert.True(StunMessage.TryParse(port.Last, out var answer));
        Assert.Equal(StunClass.Error, answer.Class);
        Assert.Equal(expected, answer.ErrorCode);
        Assert.Equal(0, _bench.Hub.AddressCount);
    }

    private const int StunAttributeUnderTest = 0x7F01;

    [Fact]
    public void One_peer_holds_a_bounded_number_of_addresses()
    {
        var peer = _bench.Hub.Create(_bench.Client().OptionsFor("p"), _media);
        var port = new CountingSender();
        var packet = new byte[256];
        using var key = new StunKey(peer.LocalPassword);
        for (ushort i = 1; i <= 50; i++)
        {
            var writer = new StunWriter(packet, StunClass.Request, new byte[12]);
            writer.Username(peer.LocalUfrag + ":clnt");
            if (i == 1) writer.UseCandidate();
            var length = writer.Finish(key);
            _bench.Hub.OnDatagram(port, packet.AsSpan(0, length), PeerAddress.V4(1, i), _bench.Loop.Now + i);
        }
        Assert.Equal(IceSession.MaxPaths, _bench.Hub.AddressCount);
        Assert.Equal(1, peer.RemoteAddress!.Value.Port);
        peer.Close(PeerCloseReason.Local);
        Assert.Equal(0, _bench.Hub.AddressCount);
    }

    [Fact]
    public void Peers_past_the_limit_are_refused()
    {
        using var bench = new PeerBench(new PeerHubOptions { MaxPeers = 1 });
        bench.Hub.Create(bench.Client().OptionsFor("first"), _media);
        Assert.Throws<TooManyPeersException>(() => bench.Hub.Create(bench.Client().OptionsFor("second"), _media));
    }

    [Fact]
    public void Candidates_are_the_public_addresses_first_then_the_bound_one()
    {
        using var bench = new PeerBench(new PeerHubOptions
        {
            Udp = [new IPEndPoint(IPAddress.Loopback, 0)],
            PublicAddresses = [IPAddress.Parse("203.0.113.9"), IPAddress.Parse("2001:db8::9")],
        });
        var port = bench.Udp.Port;
        Assert.Equal(
            [new IPEndPoint(IPAddress.Parse("203.0.113.9"), port), new IPEndPoint(IPAddress.Loopback, port)],
            bench.Hub.HostCandidates.Select(c => c.EndPoint));
        Assert.True(bench.Hub.HostCandidates[0].Priority > bench.Hub.HostCandidates[1].Priority);
        Assert.Matches(@"^candidate:1 1 udp \d+ 203\.0\.113\.9 \d+ typ host$", bench.Hub.HostCandidates[0].ToString());
    }

    [Fact]
    public void A_tcp_connection_that_no_peer_claims_is_closed()
    {
        var endPoint = _bench.Hub.HostCandidates.Single(c => c.Transport == IceTransport.TcpPassive).EndPoint;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(endPoint);
        socket.Send([0, 3, 22, 1, 2]);
        _bench.Until(() => _bench.Hub.Counters.DtlsFromUnknown == 1);
        _bench.Pass(TimeSpan.FromSeconds(16));
        socket.ReceiveTimeout = 30_000;
        Assert.Equal(0, socket.Receive(new byte[1]));
    }

    [Fact]
    public async Task The_warm_up_shakes_hands_with_itself() => Assert.True(await _bench.Hub.WarmUpAsync());

    private sealed class CountingSender : IDatagramSender
    {
        private readonly byte[] _slot = new byte[Datagram.SlotBytes];

        public int Sent { get; private set; }

        public byte[] Last { get; private set; } = [];

        public Span<byte> Rent() => _slot;

        public void Send(int length, in PeerAddress to)
        {
            Sent++;
            Last = _slot[..length];
        }
    }
}
