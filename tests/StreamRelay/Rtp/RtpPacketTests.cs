using CsCheck;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void A_packet_with_contributors_extensions_and_padding_is_read_whole()
    {
        byte[] data =
        [
            0xB2, 0xE0, 0x12, 0x34, 0, 0, 0x10, 0x00, 0xDE, 0xAD, 0xBE, 0xEF, 0, 0, 0, 7, 0, 0, 0, 8,
            0xBE, 0xDE, 0, 2, 0x10, 0x61, 0x32, 1, 2, 3, 0, 0, 9, 9, 9, 0, 0, 3,
        ];
        Assert.True(RtpPacket.TryParse(data, out var packet));
        Assert.True(packet.Marker);
        Assert.Equal(96, packet.PayloadType);
        Assert.Equal(0x1234, packet.SequenceNumber);
        Assert.Equal(0x1000u, packet.Timestamp);
        Assert.Equal(0xDEADBEEF, packet.Ssrc);
        Assert.Equal((7u, 8u), (packet.Csrc(0), packet.Csrc(1)));
        Assert.Equal([9, 9, 9], packet.Payload.ToArray());
        Assert.True(packet.Extensions.TryGet(1, out var mid));
        Assert.Equal("a"u8.ToArray(), mid.ToArray());
        Assert.True(packet.Extensions.TryGet(3, out var three));
        Assert.Equal([1, 2, 3], three.ToArray());
        Assert.False(packet.Extensions.TryGet(2, out _));
        Assert.False(packet.Extensions.TryGet(0, out _));
    }

    [Fact]
    public void Two_byte_extensions_are_read()
    {
        byte[] data = [0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0x00, 0, 2, 5, 0, 0, 6, 3, 7, 8, 9];
        Assert.True(RtpPacket.TryParse(data, out var packet));
        Assert.True(packet.Extensions.TryGet(5, out var empty));
        Assert.True(empty.IsEmpty);
        Assert.True(packet.Extensions.TryGet(6, out var value));
        Assert.Equal([7, 8, 9], value.ToArray());
        Assert.Equal(0, packet.PayloadLength);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("40600001000000000000000A")]
    [InlineData("81600001000000000000000A")]
    [InlineData("90600001000000000000000ABEDE0001")]
    [InlineData("A0600001000000000000000A")]
    [InlineData("A0600001000000000000000A00")]
    [InlineData("A0600001000000000000000A05")]
    public void What_is_no_whole_packet_is_not_read(string hex) => Assert.False(RtpPacket.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void Any_bytes_are_read_or_refused_without_an_exception() => Gen.Byte.Array[0, 80].Sample(data =>
    {
        if (data.Length > 0) data[0] = (byte)(0x80 | (data[0] & 0x3F));
        if (!RtpPacket.TryParse(data, out var packet)) return;
        Assert.Equal(data.Length, packet.PayloadOffset + packet.PayloadLength + packet.PaddingLength);
        foreach (var element in packet.Extensions) Assert.InRange(element.Value.Length, 0, packet.ExtensionLength);
        foreach (var codec in Enum.GetValues<MediaCodec>()) KeyFrames.Find(codec, packet.Payload);
    }, iter: 20_000);

    [Fact]
    public void What_the_writer_writes_is_read_back() =>
        Gen.Select(Gen.Byte[1, 14], Gen.Byte.Array[1, 40], Gen.UShort, Gen.UInt, Gen.Bool)
            .Sample((id, value, sequence, timestamp, isTwoByte) =>
        {
            var buffer = new byte[128];
            var writer = new RtpHeaderWriter(buffer, 100, true, sequence, timestamp, 77, isTwoByte);
            writer.Add(id, value);
            var length = writer.Finish();
            Assert.True(RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet));
            Assert.Equal((true, 100, sequence, timestamp, 77u),
                (packet.Marker, packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc));
            var fits = isTwoByte || value.Length <= RtpHeaderWriter.MaxElementLength;
            Assert.Equal(fits, packet.Extensions.TryGet(id, out var read));
            if (fits) Assert.Equal(value, read.ToArray());
            else Assert.Equal(12, length);
        });
}
