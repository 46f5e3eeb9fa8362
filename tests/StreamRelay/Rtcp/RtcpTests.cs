using System.Buffers.Binary;
using CsCheck;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Rtcp;

public sealed class RtcpTests
{
    private static RtcpBlock Only(ReadOnlySpan<byte> compound)
    {
        var reader = new RtcpReader(compound);
        Assert.True(reader.MoveNext());
        var block = reader.Current;
        Assert.False(reader.MoveNext());
        Assert.False(reader.IsMalformed);
        return block;
    }

    [Fact]
    public void A_sender_report_and_its_name_are_read_back()
    {
        var writer = new RtcpWriter(new byte[200]);
        var report = new SenderReport(9, new NtpTime(0x1122334455667788), 42, 7, 1000);
        var heard = new ReportBlock(5, 12, -3, 70_000, 88, 0xAABB, 0xCC);
        Assert.True(writer.SenderReport(report, [heard]));
        Assert.True(writer.Cname(9, "venue"));
        var reader = new RtcpReader(writer.Written);
        Assert.True(reader.MoveNext());
        Assert.True(SenderReport.TryParse(reader.Current, out var read));
        Assert.Equal(report, read);
        Assert.Equal(1, ReportBlock.Count(reader.Current));
        Assert.Equal(heard, ReportBlock.Read(reader.Current, 0));
        Assert.True(reader.MoveNext());
        Assert.Equal(RtcpType.SourceDescription, reader.Current.Type);
        Assert.Equal("venue"u8.ToArray(), reader.Current.Body.Slice(6, 5).ToArray());
        Assert.Equal(0, reader.Current.Body[11]);
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void A_nack_names_the_numbers_that_were_asked_for() => Gen.UShort.Array[1, 120].Sample(numbers =>
    {
        var sorted = numbers.Distinct().Order().ToArray();
        var writer = new RtcpWriter(new byte[1200]);
        Assert.True(writer.Nack(1, 2, sorted));
        var block = Only(writer.Written);
        Assert.Equal((1u, 2u), (block.SenderSsrc, block.MediaSsrc));
        var read = new List<ushort>();
        foreach (var number in new NackItems(block)) read.Add(number);
        Assert.Equal(sorted, read);
    });

    [Fact]
    public void A_run_across_the_wrap_is_one_entry()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.Nack(1, 2, [65534, 65535, 0, 3]));
        Assert.Equal(16, writer.Length);
    }

    [Fact]
    public void A_maximum_bitrate_is_read_back_to_four_parts_in_a_million() => Gen.Long[1, 200_000_000_000].Sample(rate =>
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.MaxBitrate(1, rate, [5, 6]));
        Assert.True(Remb.TryParse(Only(writer.Written), out var read));
        Assert.InRange(read, rate - (rate / 100_000) - 1, rate);
    });

    [Fact]
    public void Key_frame_requests_are_told_apart()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.PictureLoss(1, 2));
        Assert.True(Only(writer.Written).Is(RtcpType.PayloadFeedback, RtcpFormat.PictureLoss));
        writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.FullIntra(1, 2, 9));
        var block = Only(writer.Written);
        Assert.Equal(1, FullIntraRequest.Count(block));
        Assert.Equal((2u, (byte)9), FullIntraRequest.Read(block, 0));
    }

    [Fact]
    public void Transport_feedback_as_chromium_writes_it_is_read()
    {
        // Base 100, seven packets, reference 2 × 64 ms: a two-bit vector of small, none, large, small, none, none, none.
        byte[] body = [0, 0, 0, 1, 0, 0, 0, 2, 0, 100, 0, 7, 0, 0, 2, 3, 0xD2, 0x40, 4, 0xFF, 0xFC, 8];
        byte[] packet = [0x8F, 205, 0, 6, .. body, 0, 0];
        Assert.True(TransportFeedback.TryParse(Only(packet), out var feedback));
        var read = new List<(ushort, bool, long)>();
        foreach (var arrival in feedback) read.Add((arrival.Sequence, arrival.Received, arrival.ArrivalUs));
        Assert.Equal(((ushort)100, true, 129_000L), read[0]);
        Assert.Equal((101, false), (read[1].Item1, read[1].Item2));
        Assert.Equal(((ushort)102, true, 128_000L), read[2]);
        Assert.Equal(((ushort)103, true, 130_000L), read[3]);
        Assert.Equal(7, read.Count);
    }

    [Fact]
    public void A_packet_that_does_not_fit_is_left_out_whole()
    {
        var writer = new RtcpWriter(new byte[20]);
        Assert.True(writer.PictureLoss(1, 2));
        Assert.False(writer.Nack(1, 2, [5]));
        Assert.Equal(12, writer.Length);
    }

    [Fact]
    public void Any_bytes_are_walked_to_an_end_without_an_exception() =>
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Byte[192, 223], Gen.Byte).Sample((bytes, type, count) =>
        {
            if (bytes.Length >= 4)
            {
                (bytes[0], bytes[1]) = ((byte)(0x80 | (count & 0x3F)), type);
                if ((count & 0x40) == 0) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)((bytes.Length / 4) - 1));
            }
            foreach (var block in new RtcpReader(bytes))
            {
                if (SenderReport.TryParse(block, out var report)) Assert.InRange(report.Ntp.Middle, uint.MinValue, uint.MaxValue);
                for (var i = 0; i < ReportBlock.Count(block); i++) ReportBlock.Read(block, i);
                for (var i = 0; i < FullIntraRequest.Count(block); i++) FullIntraRequest.Read(block, i);
                if (Remb.TryParse(block, out var rate)) Assert.True(rate >= 0);
                foreach (var _ in new NackItems(block))
                {
                }
                if (!TransportFeedback.TryParse(block, out var feedback)) continue;
                var packets = 0;
                foreach (var _ in feedback) packets++;
                Assert.InRange(packets, 0, 65535);
            }
        }, iter: 20_000);
}
