using System.Buffers.Binary;
using System.Text;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>Builds a compound RTCP packet in a caller's buffer. A packet that does not fit is left out, whole.</summary>
internal ref struct RtcpWriter(Span<byte> buffer)
{
    /// <summary>A canonical name longer than this is cut: an SDES item holds 255 bytes.</summary>
    public const int MaxCname = 64;

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public bool SenderReport(in SenderReport report, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        var length = Rtcp.SenderReport.Length + (blocks.Length * ReportBlock.Length);
        if (!TryOpen(RtcpType.SenderReport, (byte)blocks.Length, length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, report.Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], report.Ntp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], report.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], report.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], report.OctetCount);
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(body[(Rtcp.SenderReport.Length + (i * ReportBlock.Length))..]);
        return true;
    }

    public bool ReceiverReport(uint sender, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        if (!TryOpen(RtcpType.ReceiverReport, (byte)blocks.Length, 4 + (blocks.Length * ReportBlock.Length), out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, sender);
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(body[(4 + (i * ReportBlock.Length))..]);
        return true;
    }

    /// <summary>One chunk with one CNAME item.</summary>
    public bool Cname(uint ssrc, string name)
    {
        Span<byte> text = stackalloc byte[MaxCname];
        Encoding.UTF8.TryGetBytes(name.AsSpan(0, Math.Min(name.Length, MaxCname)), text, out var length);
        // The items end with at least one zero byte and fill up to a word.
        var size = 4 + ((2 + length + 1 + 3) & ~3);
        if (!TryOpen(RtcpType.SourceDescription, 1, size, out var body)) return false;
        body.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = 1;
        body[5] = (byte)length;
        text[..length].CopyTo(body[6..]);
        return true;
    }

    public bool Bye(uint ssrc)
    {
        if (!TryOpen(RtcpType.Bye, 1, 4, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        return true;
    }

    /// <summary>A generic NACK for sequence numbers in ascending order (modulo 2^16); neighbours share an entry.</summary>
    public bool Nack(uint sender, uint media, scoped ReadOnlySpan<ushort> sequences)
    {
        if (sequences.IsEmpty || !TryOpen(RtcpType.TransportFeedback, RtcpFormat.Nack, 8 + (4 * NackEntries(sequences)), out var body))
            return false;
        Feedback(body, sender, media);
        var entry = body[8..];
        for (var i = 0; i < sequences.Length; entry = entry[4..])
        {
            var first = sequences[i++];
            var mask = 0;
            for (; i < sequences.Length && (ushort)(sequences[i] - first) is var ahead and > 0 and <= 16; i++) mask |= 1 << (ahead - 1);
            BinaryPrimitives.WriteUInt16BigEndian(entry, first);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], (ushort)mask);
        }
        return true;
    }

    public bool PictureLoss(uint sender, uint media)
    {
        if (!TryOpen(RtcpType.PayloadFeedback, RtcpFormat.PictureLoss, 8, out var body)) return false;
        Feedback(body, sender, media);
        return true;
    }

    public bool FullIntra(uint sender, uint media, byte sequence)
    {
        if (!TryOpen(RtcpType.PayloadFeedback, RtcpFormat.FullIntraRequest, 16, out var body)) return false;
        Feedback(body, sender, 0);
        BinaryPrimitives.WriteUInt32BigEndian(body[8..], media);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], (uint)sequence << 24);
        return true;
    }

    public bool MaxBitrate(uint sender, long bitsPerSecond, scoped ReadOnlySpan<uint> sources)
    {
        if (!TryOpen(RtcpType.PayloadFeedback, RtcpFormat.Application, 16 + (4 * sources.Length), out var body)) return false;
        Feedback(body, sender, 0);
        "REMB"u8.CopyTo(body[8..]);
        var exponent = Math.Max(0, 46 - System.Numerics.BitOperations.LeadingZeroCount((ulong)bitsPerSecond));
        var mantissa = (uint)(bitsPerSecond >> exponent);
        body[12] = (byte)sources.Length;
        body[13] = (byte)((exponent << 2) | (int)(mantissa >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(body[14..], (ushort)mantissa);
        for (var i = 0; i < sources.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(body[(16 + (4 * i))..], sources[i]);
        return true;
    }

    /// <summary>Opens a packet of this body length (a multiple of 4) for a caller that writes the body itself.</summary>
    public bool TryOpen(RtcpType type, byte count, int bodyLength, out Span<byte> body)
    {
        body = default;
        if (count > 31 || Length + 4 + bodyLength > _buffer.Length) return false;
        var packet = _buffer.Slice(Length, 4 + bodyLength);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        body = packet[4..];
        Length += packet.Length;
        return true;
    }

    public static void Feedback(Span<byte> body, uint sender, uint media)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, sender);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media);
    }

    private static int NackEntries(ReadOnlySpan<ushort> sequences)
    {
        var entries = 0;
        for (var i = 0; i < sequences.Length; entries++)
        {
            var first = sequences[i++];
            while (i < sequences.Length && (ushort)(sequences[i] - first) is > 0 and <= 16) i++;
        }
        return entries;
    }
}
