using System.Net;
using System.Security.Cryptography;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.Benchmarks.Trunk;

/// <summary>Two of our relays' loops joined by the two links, every packet on both. The far one's stream is what counts.</summary>
internal sealed class OurTrunk : IAsyncDisposable
{
    /// <summary>What a repeat may take in all. It delays nothing but what was lost on both links.</summary>
    public static readonly TimeSpan LatencyBudget = TimeSpan.FromMilliseconds(250);

    private readonly BadLinks _links = new();
    private readonly End _near = new("near");
    private readonly End _far = new("far");
    private readonly Tap _tap;
    private Publisher? _publisher;
    private ushort _sequence;
    private uint _timestamp;

    private OurTrunk(Arrivals arrivals) => _tap = new Tap(arrivals);

    public BadLinks Links => _links;

    public static async Task<OurTrunk> StartAsync(Arrivals arrivals, CancellationToken cancellation)
    {
        var trunk = new OurTrunk(arrivals);
        var secret = RandomNumberGenerator.GetBytes(TrunkKey.SecretBytes);
        await trunk._near.JoinAsync("far", secret, [trunk._links.Fast.Near, trunk._links.Slow.Near]);
        await trunk._far.JoinAsync("near", secret, [trunk._links.Fast.Far, trunk._links.Slow.Far]);
        await trunk._far.Loop.InvokeAsync(() => trunk._far.Hub.TryTap("show", trunk._tap));
        trunk._publisher = await trunk._near.Loop.InvokeAsync(() =>
            trunk._near.Hub.Publish("show", MediaPlan.ForSource(CodecFormat.Vp8, null), new PublishOptions()).Publisher);
        while (!await trunk._far.Loop.InvokeAsync(() => trunk._far.Node.Feeds.Count > 0)) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        return trunk;
    }

    /// <summary>Publishes a packet. Each starts a key frame, so that a loss does not make the next ones undecodable and so untold.</summary>
    public void Send(byte[] packet)
    {
        var rtp = new byte[RtpPacket.FixedHeaderLength + 2 + packet.Length];
        var writer = new RtpHeaderWriter(rtp, 96, marker: true, ++_sequence, _timestamp += 333, 1);
        writer.Finish();
        rtp[RtpPacket.FixedHeaderLength] = 0x10;
        packet.CopyTo(rtp, RtpPacket.FixedHeaderLength + 2);
        _near.Loop.Post(() => _publisher!.OnRtp(rtp, _near.Loop.Now));
    }

    public async ValueTask DisposeAsync()
    {
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        _links.Dispose();
    }

    private sealed class Tap(Arrivals arrivals) : IMediaTap
    {
        public void OnRtp(in RtpPacket packet, TrackKind kind, long now) => arrivals.Add(packet.Payload[2..]);
    }

    private sealed class End : IAsyncDisposable
    {
        private readonly List<UdpPort> _ports = [];
        private uint _ssrc = 1000;

        public End(string popId)
        {
            Loop = new MediaLoop(TimeProvider.System);
            Hub = new StreamHub(TimeProvider.System, new StreamLimits(), () => ++_ssrc);
            Hub.AttachTo(Loop);
            Node = new TrunkNode(popId, Hub, _ => true, RandomNumberGenerator.Fill);
            Loop.AfterBatch(Node.AfterBatch);
            Loop.Every(TimeSpan.FromMilliseconds(5), Node.Tick);
            Loop.Start();
        }

        public MediaLoop Loop { get; }
        public StreamHub Hub { get; }
        public TrunkNode Node { get; }

        public Task JoinAsync(string other, byte[] secret, IReadOnlyList<IPEndPoint> remotes) => Loop.InvokeAsync(() =>
        {
            var links = remotes.Select((remote, i) => new LinkSettings
            {
                Id = (byte)i, Name = $"link{i}", Bind = new IPEndPoint(IPAddress.Loopback, 0), Remote = remote,
            });
            var settings = new NeighbourSettings { PopId = other, Keys = [new TrunkKey(1, secret)], Links = [.. links], LatencyBudget = LatencyBudget };
            Node.Add(settings, (link, handler) =>
            {
                var port = UdpPort.Bind(new UdpPortOptions { Bind = link.Bind, SendSlots = 512 }, handler);
                Loop.Attach(port);
                _ports.Add(port);
                return port;
            });
        });

        public async ValueTask DisposeAsync()
        {
            await Loop.DisposeAsync();
            foreach (var port in _ports) port.Dispose();
        }
    }
}
