using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

/// <summary>The vectors of RFC 3720 B.4, and the check value of the catalogue of CRCs.</summary>
public sealed class Crc32cTests
{
    [Fact]
    public void It_gives_the_published_values()
    {
        Assert.Equal(0xE3069283u, Crc32c.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32c.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32c.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32c.Of(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113FDB5Cu, Crc32c.Of(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
    }

    [Fact]
    public void A_packets_checksum_is_that_of_the_packet_with_a_zero_in_its_place()
    {
        var packet = Enumerable.Range(0, 41).Select(i => (byte)i).ToArray();
        var zeroed = packet.ToArray();
        zeroed.AsSpan(8, 4).Clear();
        Assert.Equal(Crc32c.Of(zeroed), Crc32c.OfPacket(packet));
    }
}
