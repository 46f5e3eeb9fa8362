using System.Net;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Trunk;

public sealed class SteadyTrunkTests
{
    private const int Packets = 20_000;

    [Theory]
    [InlineData("show")]
    [InlineData("show.cellar")]
    public void A_packet_over_the_trunk_allocates_nothing(string stream)
    {
        var time = new FakeTimeProvider();
        var wires = new[] { new Wire(), new Wire() };
        uint ssrc = 1;
        var hubs = new[] { new StreamHub(time, new StreamLimits(), () => ssrc++), new StreamHub(time, new StreamLimits(), () => ssrc++) };
        var nodes = new[] { Node("berlin", hubs[0]), Node("lisbon", hubs[1]) };
        var key = new TrunkKey(1, new byte[TrunkKey.SecretBytes]);
        for (var i = 0; i < 2; i++)
        {
            var end = i;
            nodes[i].Add(new NeighbourSettings
            {
                PopId = i == 0 ? "lisbon" : "berlin",
                Keys = [key],
                StreamModes = new Dictionary<string, TrunkMode> { ["show"] = TrunkMode.Duplicate },
                Links = [.. wires.Select((_, n) => new LinkSettings { Id = (byte)n, Name = "wire", Bind = Address(n, end), Remote = Address(n, 1 - end) })],
            }, (link, handler) => wires[link.Id].Plug(end, handler, PeerAddress.From(link.Bind)));
        }
        var publisher = hubs[0].Publish(stream, Show.Plan(1), new PublishOptions()).Publisher!;
        publisher.Attach(new NullSink());
        byte[] packet = [0x80, 96 | 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0, .. new byte[1000]];
        var number = 0;
        Run(2_000);
        var received = nodes[1].Neighbours[0].Received;
        Assert.True(received.Delivered > 1000);
        var before = received.Delivered;
        SteadyState.AllocatesNothing(_ => Run(Packets / 10));
        Assert.Equal(Packets, received.Delivered - before);
        Assert.True(received.Duplicates > Packets * 9 / 10);

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                packet[2] = (byte)(++number >> 8);
                packet[3] = (byte)number;
                packet[5] = packet[2];
                packet[6] = packet[3];
                // The clock stands still but for the numbers that are handed in: FakeTimeProvider allocates.
                var now = time.GetTimestamp() + (number * TimeSpan.TicksPerMillisecond * 4);
                publisher.OnRtp(packet, now);
                if (number % 40 == 39) wires[number / 40 % 2].DropOne();
                wires[0].Deliver(now);
                wires[1].Deliver(now);
                for (var n = 0; n < 2; n++)
                {
                    nodes[n].AfterBatch(now);
                    hubs[n].Flush(now);
                    if (number % 2 == 0) hubs[n].Tick(now);
                    if (number % 2 == 0) nodes[n].Tick(now);
                }
            }
        }
    }

    private static TrunkNode Node(string id, StreamHub hub) => new(id, hub, _ => true, System.Security.Cryptography.RandomNumberGenerator.Fill);

    private static IPEndPoint Address(int wire, int end) => new(new IPAddress([10, 0, (byte)wire, (byte)(1 + end)]), 9000);

    /// <summary>A link without a network: what goes in at one end waits in a ring until it is delivered at the other.</summary>
    private sealed class Wire
    {
        private readonly End[] _ends = new End[2];
        private bool _dropsNext;

        public IDatagramSender Plug(int end, IDatagramHandler handler, PeerAddress address) => _ends[end] = new End(this, handler, address);

        public void DropOne() => _dropsNext = true;

        public void Deliver(long now)
        {
            _ends[0].DeliverTo(_ends[1], now);
            _ends[1].DeliverTo(_ends[0], now);
        }

        private sealed class End(Wire wire, IDatagramHandler handler, PeerAddress address) : IDatagramSender
        {
            private const int Slots = 256;
            private readonly byte[] _slots = new byte[Slots * Datagram.SlotBytes];
            private readonly int[] _lengths = new int[Slots];
            private int _first;
            private int _next;

            public Span<byte> Rent() => Slot(_next);

            public void Send(int length, in PeerAddress to)
            {
                _lengths[_next % Slots] = length;
                if (wire._dropsNext) wire._dropsNext = false;
                else _next++;
                Assert.True(_next - _first < Slots);
            }

            public void DeliverTo(End other, long now)
            {
                for (; _first < _next; _first++) other.Take(Slot(_first)[.._lengths[_first % Slots]], address, now);
            }

            private Span<byte> Slot(int number) => _slots.AsSpan(number % Slots * Datagram.SlotBytes, Datagram.SlotBytes);

            private void Take(Span<byte> datagram, in PeerAddress from, long now) => handler.OnDatagram(this, datagram, from, now);
        }
    }
}
