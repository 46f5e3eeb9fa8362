using CsCheck;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

public sealed class SctpPacketTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var writer = new SctpPacketWriter(new byte[200], 5000, 5001, 77);
        writer.Add(ChunkType.HeartbeatAck, 3, "odd"u8);
        SackChunk.Write(ref writer, new Tsn(uint.MaxValue), 1000, [(2, 3), (5, 5)], [new Tsn(9)]);
        Assert.True(SctpPacket.TryParse(writer.Finish(), out var packet));
        Assert.Equal((5000, 5001, 77u), (packet.SourcePort, packet.DestinationPort, packet.VerificationTag));
        var chunks = packet.Chunks.GetEnumerator();
        Assert.True(chunks.MoveNext());
        Assert.Equal((ChunkType.HeartbeatAck, 3), (chunks.Current.Type, chunks.Current.Flags));
        Assert.Equal("odd"u8, chunks.Current.Value);
        Assert.True(chunks.MoveNext());
        Assert.True(SackChunk.TryParse(chunks.Current.Value, out var sack));
        Assert.Equal((new Tsn(uint.MaxValue), 1000u, 2), (sack.Cumulative, sack.Window, sack.Blocks));
        Assert.Equal((new Tsn(1), new Tsn(2)), sack.Block(0));
        Assert.False(chunks.MoveNext());
    }

    [Fact]
    public void A_packet_with_any_byte_changed_is_refused()
    {
        var writer = new SctpPacketWriter(new byte[64], 5000, 5000, 77);
        writer.Add(ChunkType.Heartbeat, 0, "information"u8);
        var packet = writer.Finish().ToArray();
        for (var i = 0; i < packet.Length; i++)
        {
            packet[i] ^= 0x40;
            Assert.False(SctpPacket.TryParse(packet, out _));
            packet[i] ^= 0x40;
        }
        Assert.True(SctpPacket.TryParse(packet, out _));
    }

    [Fact]
    public void Chunks_that_do_not_fit_are_refused_and_a_last_one_without_padding_is_taken()
    {
        byte[] head = [0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0];
        Assert.True(SctpPacket.TryParseUnchecked([.. head, 4, 0, 0, 5, 9], out _));
        Assert.False(SctpPacket.TryParseUnchecked([.. head, 4, 0, 0, 6, 9], out _));
        Assert.False(SctpPacket.TryParseUnchecked([.. head, 4, 0, 0, 3], out _));
        Assert.False(SctpPacket.TryParseUnchecked([.. head, 4, 0, 0, 4, 1], out _));
        Assert.False(SctpPacket.TryParseUnchecked(head, out _));
    }

    [Fact]
    public void Arbitrary_packets_are_handled_without_an_exception_and_without_growth()
    {
        byte[] types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 64, 128, 192, 193];
        var chunk = Gen.Select(Gen.Int[0, types.Length - 1].Select(i => types[i]), Gen.Byte, Gen.Byte.Array[0, 60]);
        Gen.Select(Gen.Bool, chunk.Array[1, 6]).Array[1, 20].Sample(packets =>
        {
            var pair = SctpPair.Connected();
            var (localTag, buffer) = (0u, new byte[2000]);
            pair.Filter = (from, packet) =>
            {
                if (from == pair.B) localTag = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4));
                return true;
            };
            pair.B.Send(0, [1]);
            foreach (var (rightTag, chunks) in packets)
            {
                var writer = new SctpPacketWriter(buffer, 5000, 5000, rightTag ? localTag : 0);
                foreach (var (type, flags, value) in chunks) writer.Add((ChunkType)type, flags, value);
                pair.A.Association.Receive(writer.Finish(), pair.NowUs);
            }
            pair.Pass(TimeSpan.FromSeconds(1));
            Assert.InRange(pair.A.Association.ReceiveBufferedBytes, 0, 400_000);
        });
    }
}
