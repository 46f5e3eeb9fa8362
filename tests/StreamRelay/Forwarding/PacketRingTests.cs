using CsCheck;
using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class PacketRingTests
{
    [Fact]
    public void What_the_ring_gives_is_what_was_put_in() =>
        Gen.Select(Gen.Int[-20, 20], Gen.Int[12, 1500]).Array[1, 400].Sample(steps =>
        {
            var ring = new PacketRing(64, 8192);
            var put = new Dictionary<long, byte[]>();
            var sequence = 1000L;
            foreach (var (step, length) in steps)
            {
                sequence = Math.Max(1, sequence + step);
                var packet = Enumerable.Range(0, length).Select(i => (byte)(sequence + i)).ToArray();
                if (ring.TryAdd(sequence, packet)) put[sequence] = packet;
                foreach (var (number, bytes) in put)
                {
                    if (ring.TryGet(number, out var got)) Assert.True(got.SequenceEqual(bytes));
                }
                Assert.True(ring.TryGet(sequence, out _) || sequence < ring.OldestPossible || ring.HasSeen(sequence));
            }
        }, iter: 200);

    [Fact]
    public void A_packet_is_taken_once()
    {
        var ring = new PacketRing(64, 8192);
        Assert.True(ring.TryAdd(5, new byte[100]));
        Assert.False(ring.TryAdd(5, new byte[100]));
        Assert.True(ring.TryAdd(4, new byte[100]));
    }

    [Fact]
    public void A_packet_older_than_the_ring_reaches_is_not_taken()
    {
        var ring = new PacketRing(64, 8192);
        Assert.True(ring.TryAdd(500, new byte[100]));
        Assert.False(ring.TryAdd(500 - 64, new byte[100]));
        Assert.True(ring.TryAdd(500 - 63, new byte[100]));
    }

    [Fact]
    public void Bytes_bound_the_ring_as_well_as_packets()
    {
        var ring = new PacketRing(64, 4096);
        for (var i = 1; i <= 10; i++) ring.TryAdd(i, new byte[1000]);
        Assert.False(ring.TryGet(6, out _));
        Assert.True(ring.HasSeen(6));
        Assert.True(ring.TryGet(10, out _));
        Assert.True(ring.TryGet(8, out _));
    }
}
