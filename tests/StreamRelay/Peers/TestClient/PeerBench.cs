using System.Diagnostics;
using System.Net;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Srtp;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Peers;

/// <summary>A hub and its clients on one loop that the test turns by hand, with a clock that it moves.</summary>
internal sealed class PeerBench : IDisposable
{
    /// <summary>Far beyond what anything takes; only a failure waits so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider? _clock;
    private readonly List<TestClient> _clients = [];
    private readonly HandshakePool _pool = new();

    public PeerBench(PeerHubOptions? options = null, bool realTime = false)
    {
        _clock = realTime ? null : new FakeTimeProvider();
        Loop = new MediaLoop((TimeProvider?)_clock ?? TimeProvider.System);
        Hub = new PeerHub(Loop, options ?? new PeerHubOptions
        {
            Udp = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tcp = [new IPEndPoint(IPAddress.Loopback, 0)],
        });
        Turn();
    }

    public MediaLoop Loop { get; }

    public PeerHub Hub { get; }

    public IPEndPoint Udp => Hub.UdpPorts[0].LocalEndPoint;

    public TestClient Client(params SrtpProfile[] profiles)
    {
        var client = new TestClient(Loop, _pool) { Profiles = profiles is [] ? SrtpProfiles.Preference : profiles };
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that is connected over UDP to a new peer.</summary>
    public (TestClient Client, Peer Peer) Connect(IPeerMedia media, string id = "viewer")
    {
        var client = Client();
        var peer = Hub.Create(client.OptionsFor(id), media);
        client.ConnectUdp(Udp, peer, Hub.Fingerprint);
        Until(() => peer.IsConnected && client.IsConnected);
        return (client, peer);
    }

    public void Turn() => Loop.Turn(TimeSpan.Zero);

    /// <summary>Turns the loop until it is so. Time moves a millisecond a turn.</summary>
    public void Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "it never came about");
            _clock?.Advance(TimeSpan.FromMilliseconds(1));
            Loop.Turn(TimeSpan.FromMilliseconds(2));
        }
    }

    /// <summary>Lets time pass in steps of half a second.</summary>
    public void Pass(TimeSpan time)
    {
        for (var step = TimeSpan.FromMilliseconds(500); time > TimeSpan.Zero; time -= step)
        {
            _clock!.Advance(step);
            Turn();
            Turn();
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        Turn();
        var closing = Hub.DisposeAsync().AsTask();
        while (!closing.IsCompleted) Turn();
        Loop.DisposeAsync().AsTask().Wait();
    }
}

/// <summary>Remembers what came; sends back RTP when told to.</summary>
internal sealed class RecordingMedia : IPeerMedia
{
    public List<byte[]> Rtp { get; } = [];

    public List<byte[]> Rtcp { get; } = [];

    public List<byte[]> Data { get; } = [];

    public PeerCloseReason? Closed { get; private set; }

    public int Connected { get; private set; }

    public void OnConnected(Peer peer, long now) => Connected++;

    public void OnRtp(Peer peer, Span<byte> packet, long now) => Rtp.Add(packet.ToArray());

    public void OnRtcp(Peer peer, ReadOnlySpan<byte> compound, long now) => Rtcp.Add(compound.ToArray());

    public void OnData(Peer peer, ReadOnlySpan<byte> message, bool isText, long now) => Data.Add(message.ToArray());

    public void OnClosed(Peer peer, PeerCloseReason reason) => Closed = reason;
}
