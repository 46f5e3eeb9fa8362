using System.Buffers.Binary;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Toughness;

/// <summary>A show over ICE, DTLS and SRTP on a loop that the test turns by hand.</summary>
internal sealed class ToughShow : IDisposable
{
    private uint _ssrc = 9000;
    private ushort _sequence;

    public ToughShow()
    {
        Streams = new StreamHub(Bench.Loop.Clock.Provider, new StreamLimits(), () => _ssrc++);
        Streams.AttachTo(Bench.Loop);
    }

    public PeerBench Bench { get; } = new();

    public StreamHub Streams { get; }

    public MediaStream Stream => Streams.Find("show")!;

    public TestClient Publish(string id = "camera", bool takeOver = false)
    {
        var publisher = Streams.Publish("show", Show.Plan(1), new PublishOptions { MayTakeOver = takeOver }).Publisher!;
        return Bench.Connect(new PublisherPeer(publisher), id).Client;
    }

    /// <summary>A viewer that is on its way.</summary>
    public ToughViewer Invite(string id, bool overTcp = false)
    {
        var viewer = Streams.View("show", Show.ViewerPlan()).Viewer!;
        var client = Bench.Client();
        var peer = Bench.Hub.Create(client.OptionsFor(id), new ViewerPeer(viewer));
        if (overTcp)
            client.ConnectTcp(
                Bench.Hub.HostCandidates.Single(c => c.Transport == IceTransport.TcpPassive).EndPoint, peer, Bench.Hub.Fingerprint);
        else
            client.ConnectUdp(Bench.Udp, peer, Bench.Hub.Fingerprint);
        return new ToughViewer(client, peer);
    }

    public ToughViewer View(string id, bool overTcp = false)
    {
        var viewer = Invite(id, overTcp);
        Bench.Until(() => viewer.Peer.IsConnected && viewer.Client.IsConnected);
        return viewer;
    }

    /// <summary>Sends so many pictures of one packet each, the first of them a key frame; a turn after each.</summary>
    public void Send(TestClient camera, int pictures, int payloadBytes = 20, Action<int>? between = null)
    {
        var packet = new byte[12 + payloadBytes];
        for (var i = 0; i < pictures; i++)
        {
            (packet[0], packet[1]) = (0x80, 96 | 0x80);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), ++_sequence);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), _sequence * 3000u);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 1);
            (packet[12], packet[13]) = (0x10, (byte)(i == 0 ? 0 : 1));
            camera.SendRtp(packet);
            between?.Invoke(i);
            Bench.Turn();
        }
    }

    public void Dispose() => Bench.Dispose();
}

/// <summary>A viewer that counts its pictures.</summary>
internal sealed class ToughViewer
{
    public ToughViewer(TestClient client, Peer peer)
    {
        (Client, Peer) = (client, peer);
        client.Rtp = (_, _, _) => Pictures++;
    }

    public TestClient Client { get; }

    public Peer Peer { get; }

    public int Pictures { get; private set; }
}
