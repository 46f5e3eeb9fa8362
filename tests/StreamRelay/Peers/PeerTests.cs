using System.Net;
using System.Text;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Tests.Peers;

public sealed class PeerTests : IDisposable
{
    private readonly PeerBench _bench = new();
    private readonly RecordingMedia _media = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_client_connects_and_media_flows_both_ways()
    {
        var (client, peer) = _bench.Connect(_media);
        var received = new List<byte[]>();
        client.Rtp = (_, packet, _) => received.Add(packet.ToArray());
        var packet = Packets.Rtp(1, 1000);
        client.SendRtp(packet);
        client.SendRtcp(Packets.ReceiverReport(1));
        Assert.True(peer.SendRtp(packet.AsSpan(0, 12), packet.AsSpan(12)));
        _bench.Until(() => received.Count > 0 && _media.Rtp.Count > 0 && _media.Rtcp.Count > 0);
        Assert.Equal(packet, received[0]);
        Assert.Equal(packet, _media.Rtp[0]);
        Assert.Equal(Packets.ReceiverReport(1), _media.Rtcp[0]);
        Assert.Equal(1, _media.Connected);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, peer.Profile);
        Assert.Equal(client.LocalEndPoint, client.Mapped!.Value.ToEndPoint());
    }

    [Theory]
    [InlineData(DtlsRole.Server)]
    [InlineData(DtlsRole.Client)]
    public void A_client_that_knows_the_older_profile_only_gets_it(object role)
    {
        var client = _bench.Client(SrtpProfile.Aes128CmHmacSha1_80);
        var peer = _bench.Hub.Create(client.OptionsFor("older", (DtlsRole)role), _media);
        client.ConnectUdp(_bench.Udp, peer, _bench.Hub.Fingerprint);
        _bench.Until(() => peer.IsConnected && client.IsConnected);
        Assert.Equal(SrtpProfile.Aes128CmHmacSha1_80, peer.Profile);
        client.SendRtp(Packets.Rtp(7, 1));
        client.SendRtcp(Packets.ReceiverReport(7));
        _bench.Until(() => _media.Rtp.Count == 1 && _media.Rtcp.Count == 1);
    }

    [Fact]
    public void Two_hundred_viewers_that_come_at_once_all_connect()
    {
        var viewers = Enumerable.Range(0, 200).Select(i =>
        {
            var client = _bench.Client();
            var peer = _bench.Hub.Create(client.OptionsFor("viewer-" + i), _media);
            client.ConnectUdp(_bench.Udp, peer, _bench.Hub.Fingerprint);
            return (client, peer);
        }).ToList();
        _bench.Until(() => viewers.All(v => v.peer.IsConnected && v.client.IsConnected));
        Assert.Equal(200, _media.Connected);
        Assert.Equal(200, _bench.Hub.AddressCount);
        Assert.InRange(_bench.Hub.HandshakesRunning, 0, HandshakePool.DefaultRunning);
    }

    [Fact]
    public void The_relay_is_the_client_of_one_that_offers_passive()
    {
        var client = _bench.Client();
        var peer = _bench.Hub.Create(client.OptionsFor("obs", DtlsRole.Client), _media);
        client.ConnectUdp(_bench.Udp, peer, _bench.Hub.Fingerprint);
        _bench.Until(() => peer.IsConnected && client.IsConnected);
        client.SendRtp(Packets.Rtp(7, 1));
        _bench.Until(() => _media.Rtp.Count == 1);
    }

    [Fact]
    public void A_client_without_udp_connects_over_tcp()
    {
        var client = _bench.Client();
        var peer = _bench.Hub.Create(client.OptionsFor("tcp"), _media);
        var candidate = _bench.Hub.HostCandidates.Single(c => c.Transport == IceTransport.TcpPassive);
        Assert.Contains("tcptype passive", candidate.ToString(), StringComparison.Ordinal);
        client.ConnectTcp(candidate.EndPoint, peer, _bench.Hub.Fingerprint);
        _bench.Until(() => peer.IsConnected && client.IsConnected);
        var received = 0;
        client.Rtp = (_, _, _) => received++;
        for (ushort i = 0; i < 50; i++)
        {
            client.SendRtp(Packets.Rtp(1, i, 1000));
            peer.SendRtp(Packets.Rtp(2, i, 1000), []);
        }
        _bench.Until(() => received == 50 && _media.Rtp.Count == 50);
        Assert.True(peer.RemoteAddress!.Value.IsStream);
    }

    [Fact]
    public void A_client_of_ipv6_connects()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var bench = new PeerBench(new PeerHubOptions { Udp = [new IPEndPoint(IPAddress.IPv6Loopback, 0)] });
        var (client, _) = bench.Connect(_media);
        Assert.Equal(client.LocalEndPoint, client.Mapped!.Value.ToEndPoint());
    }

    [Fact]
    public void A_wrong_certificate_is_refused_by_either_side()
    {
        var client = _bench.Client();
        var stranger = DtlsIdentity.Create(TimeProvider.System).Fingerprint;
        var peer = _bench.Hub.Create(client.OptionsFor("impostor") with { RemoteFingerprint = stranger }, _media);
        client.ConnectUdp(_bench.Udp, peer, _bench.Hub.Fingerprint);
        _bench.Until(() => _media.Closed is not null && client.Failure is not null);
        Assert.Equal(PeerCloseReason.HandshakeFailed, _media.Closed);
        Assert.Equal(0, _media.Connected);

        var second = new RecordingMedia();
        var deceived = _bench.Client();
        var other = _bench.Hub.Create(deceived.OptionsFor("deceived"), second);
        deceived.ConnectUdp(_bench.Udp, other, stranger);
        _bench.Until(() => second.Closed is not null && deceived.Failure is not null);
        Assert.Equal(0, _bench.Hub.PeerCount);
        Assert.Equal(0, _bench.Hub.AddressCount);
    }

    [Fact]
    public void Close_notify_of_either_side_ends_both()
    {
        var (client, peer) = _bench.Connect(_media);
        peer.Close(PeerCloseReason.Local);
        _bench.Until(() => client.IsClosed);
        Assert.Equal(PeerCloseReason.Local, _media.Closed);
        Assert.False(peer.SendRtp(Packets.Rtp(1, 1), []));

        var other = new RecordingMedia();
        var (leaving, _) = _bench.Connect(other, "leaving");
        leaving.Dispose();
        _bench.Until(() => other.Closed is not null);
        Assert.Equal(PeerCloseReason.Remote, other.Closed);
        Assert.Equal(0, _bench.Hub.AddressCount);
    }

    [Fact]
    public void A_peer_without_checks_for_thirty_seconds_is_closed_and_one_that_checks_is_not()
    {
        var (client, peer) = _bench.Connect(_media);
        var kept = new RecordingMedia();
        _bench.Connect(kept, "kept");
        client.KeepsConsent = false;
        _bench.Pass(TimeSpan.FromSeconds(28));
        Assert.True(peer.IsConnected);
        _bench.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(PeerCloseReason.ConsentExpired, _media.Closed);
        Assert.Null(kept.Closed);
        Assert.Equal(1, _bench.Hub.PeerCount);
    }

    [Fact]
    public void A_peer_that_nobody_comes_for_is_closed()
    {
        _bench.Hub.Create(_bench.Client().OptionsFor("absent"), _media);
        _bench.Pass(TimeSpan.FromSeconds(32));
        Assert.Equal(PeerCloseReason.ConnectTimeout, _media.Closed);
        Assert.Equal(0, _bench.Hub.PeerCount);
    }

    [Fact]
    public void A_client_that_changes_networks_goes_on_without_a_new_handshake()
    {
        var (client, peer) = _bench.Connect(_media);
        var received = 0;
        client.Rtp = (_, _, _) => received++;
        client.Roam();
        _bench.Until(() => peer.RemoteAddress!.Value.Port == client.LocalEndPoint.Port);
        peer.SendRtp(Packets.Rtp(1, 1), []);
        client.SendRtp(Packets.Rtp(2, 1));
        _bench.Until(() => received == 1 && _media.Rtp.Count == 1);
        Assert.Equal(1, _media.Connected);
    }

    [Fact]
    public void An_address_that_has_not_been_nominated_does_not_take_the_media()
    {
        var (client, peer) = _bench.Connect(_media);
        var before = peer.RemoteAddress;
        client.Nominates = false;
        client.Roam();
        var answered = client.ChecksAnswered;
        _bench.Until(() => client.ChecksAnswered > answered);
        Assert.Equal(before, peer.RemoteAddress);
        Assert.Equal(2, _bench.Hub.AddressCount);
    }

    [Fact]
    public void A_restart_changes_the_credentials_and_keeps_the_media()
    {
        var (client, peer) = _bench.Connect(_media);
        var oldUfrag = peer.LocalUfrag;
        peer.RestartIce(client.Ufrag);
        Assert.NotEqual(oldUfrag, peer.LocalUfrag);
        client.SendRtp(Packets.Rtp(2, 1));
        _bench.Until(() => _media.Rtp.Count == 1);
        client.SendCheck();
        _bench.Until(() => client.ErrorCode == 401);
        var answered = client.ChecksAnswered;
        client.UseCredentials(peer.LocalUfrag, peer.LocalPassword);
        _bench.Until(() => client.ChecksAnswered > answered);
        Assert.True(peer.IsConnected);
        Assert.Equal(1, _media.Connected);
    }

    [Fact]
    public void Data_travels_in_the_association_both_ways()
    {
        var (client, peer) = _bench.Connect(_media);
        var received = new List<byte[]>();
        client.Data = received.Add;
        _bench.Until(() => peer.SendData("chapter"u8));
        _bench.Until(() => client.SendData("hello"u8));
        _bench.Until(() => received.Count == 1 && _media.Data.Count == 1);
        Assert.Equal("chapter", Encoding.UTF8.GetString(received[0]));
        Assert.Equal("hello", Encoding.UTF8.GetString(_media.Data[0]));
    }

    [Fact]
    public void A_packet_that_comes_twice_or_is_forged_is_counted_and_not_delivered()
    {
        var (client, peer) = _bench.Connect(_media);
        client.SendRtp(Packets.Rtp(9, 5));
        client.SendRtp(Packets.Rtp(9, 5));
        client.SendRaw(Packets.Rtp(9, 6));
        client.SendRaw([0x80, 96, 0]);
        _bench.Until(() => peer.Counters is { RtpReceived: 1, Replayed: 1, Forged: 1, Malformed: 1 });
        Assert.Single(_media.Rtp);
    }

    [Fact]
    public void Forgeries_under_a_peers_address_cost_a_bounded_number_of_decryptions_a_second()
    {
        var (client, peer) = _bench.Connect(_media);
        for (var i = 0; i < ForgeryBudget.PerSecond * 2; i++)
        {
            client.SendRaw(Packets.Rtp(9, (ushort)i));
            if (i % 32 == 0) _bench.Turn();
        }
        _bench.Turn();
        _bench.Turn();
        Assert.Equal(ForgeryBudget.PerSecond, peer.Counters.Forged);
        _bench.Pass(TimeSpan.FromSeconds(1));
        client.SendRtp(Packets.Rtp(8, 1));
        _bench.Until(() => _media.Rtp.Count == 1);
    }

    [Fact]
    public void What_is_too_long_for_a_datagram_is_refused()
    {
        var (_, peer) = _bench.Connect(_media);
        Assert.False(peer.SendRtp(new byte[12], new byte[Datagram.MaxBytes]));
        Assert.True(peer.Counters.SendRefused > 0);
    }
}
