using System.Net;
using System.Security.Cryptography;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Two loops and real datagrams, through the proxy.</summary>
public sealed class OverSocketsTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_show_goes_over_two_bad_links_and_the_loss_of_one()
    {
        using var proxy = new ImpairmentProxy();
        var conditions = LinkConditions.Of(10, 0.02) with { Jitter = TimeSpan.FromMilliseconds(2) };
        ProxyLink[] links = [proxy.Add(conditions, 1), proxy.Add(conditions with { Delay = TimeSpan.FromMilliseconds(20) }, 3)];
        var secret = RandomNumberGenerator.GetBytes(TrunkKey.SecretBytes);
        await using var berlin = new RealPop("berlin");
        await using var lisbon = new RealPop("lisbon");
        await berlin.JoinAsync("lisbon", secret, [.. links.Select(l => l.Near)]);
        await lisbon.JoinAsync("berlin", secret, [.. links.Select(l => l.Far)]);
        var ear = new CountingTap();
        await lisbon.Loop.InvokeAsync(() => lisbon.Hub.TryTap("show", ear));
        await berlin.PublishAsync();
        await UntilAsync(() => ear.Count > 200, TestContext.Current.CancellationToken);
        links[0].Cut();
        var before = ear.Count;
        await UntilAsync(() => ear.Count > before + 200, TestContext.Current.CancellationToken);
        links[0].Cut(isCut: false);
        links[1].Cut();
        before = ear.Count;
        await UntilAsync(() => ear.Count > before + 200, TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition()) await Task.Delay(10, cancellationToken);
    }

    private sealed class CountingTap : IMediaTap
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnRtp(in RtpPacket packet, TrackKind kind, long now) => Interlocked.Increment(ref _count);
    }

    /// <summary>A relay's loop with streams and trunk, and no more.</summary>
    private sealed class RealPop : IAsyncDisposable
    {
        private readonly List<UdpPort> _ports = [];
        private uint _ssrc = 5000;
        private ushort _sequence;

        public RealPop(string id)
        {
            Loop = new MediaLoop(TimeProvider.System);
            Hub = new StreamHub(TimeProvider.System, new StreamLimits(), () => _ssrc++);
            Hub.AttachTo(Loop);
            Node = new TrunkNode(id, Hub, _ => true, RandomNumberGenerator.Fill);
            Loop.AfterBatch(Node.AfterBatch);
            Loop.Every(TimeSpan.FromMilliseconds(5), Node.Tick);
            Loop.Start();
        }

        public MediaLoop Loop { get; }
        public StreamHub Hub { get; }
        public TrunkNode Node { get; }

        public Task JoinAsync(string other, byte[] secret, IReadOnlyList<IPEndPoint> proxies) => Loop.InvokeAsync(() =>
        {
            Node.Add(new NeighbourSettings
            {
                PopId = other,
                Keys = [new TrunkKey(1, secret)],
                Links =
                [
                    .. proxies.Select((proxy, i) => new LinkSettings
                    {
                        Id = (byte)i, Name = $"link{i}", Bind = new IPEndPoint(IPAddress.Loopback, 0), Remote = proxy,
                    }),
                ],
            }, (link, handler) =>
            {
                var port = UdpPort.Bind(new UdpPortOptions { Bind = link.Bind, SendSlots = 256 }, handler);
                Loop.Attach(port);
                _ports.Add(port);
                return port;
            });
        });

        /// <summary>A key frame of one packet every 5 ms.</summary>
        public Task PublishAsync() => Loop.InvokeAsync(() =>
        {
            var publisher = Hub.Publish("show", Show.Plan(1), new PublishOptions()).Publisher!;
            Loop.Every(TimeSpan.FromMilliseconds(5), now =>
            {
                var number = ++_sequence;
                byte[] packet = [0x80, 96 | 0x80, (byte)(number >> 8), (byte)number, 0, 0, (byte)(number >> 8), (byte)number, 0, 0, 0, 1, 0x10, 0, 7];
                publisher.OnRtp(packet, now);
            });
        });

        public async ValueTask DisposeAsync()
        {
            await Loop.DisposeAsync();
            foreach (var port in _ports) port.Dispose();
        }
    }
}
