using System.Buffers.Binary;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>The sender's part of a sender report (RFC 3550 section 6.4.1): a moment in both of the sender's clocks.</summary>
internal readonly record struct SenderReport(uint Ssrc, NtpTime Ntp, uint RtpTimestamp, uint PacketCount, uint OctetCount)
{
    /// <summary>SSRC and sender info.</summary>
    public const int Length = 24;

    public static bool TryParse(in RtcpBlock block, out SenderReport report)
    {
        report = default;
        var body = block.Body;
        if (block.Type != RtcpType.SenderReport || body.Length < Length) return false;
        report = new SenderReport(
            BinaryPrimitives.ReadUInt32BigEndian(body),
            new NtpTime(BinaryPrimitives.ReadUInt64BigEndian(body[4..])),
            BinaryPrimitives.ReadUInt32BigEndian(body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[20..]));
        return true;
    }
}

/// <summary>
/// A report block: what one receiver heard of one source. Jitter is in units of the source's RTP clock, the delay since the last sender
/// report in 1/65536 s, the lost fraction in 1/256.
/// </summary>
internal readonly record struct ReportBlock(
    uint Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint HighestSequence,
    uint Jitter,
    uint LastSenderReport,
    uint DelaySinceLastSenderReport)
{
    public const int Length = 24;

    /// <summary>How many report blocks a sender or receiver report holds in its body; 0 for other packets.</summary>
    public static int Count(in RtcpBlock block) => Math.Min(block.Count, Math.Max(0, block.Body.Length - Start(block)) / Length);

    public static ReportBlock Read(in RtcpBlock block, int index)
    {
        var bytes = block.Body.Slice(Start(block) + (index * Length), Length);
        var lost = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return new ReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (byte)(lost >> 24),
            (int)(lost << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
    }

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..],
            ((uint)FractionLost << 24) | ((uint)Math.Clamp(CumulativeLost, -0x80_0000, 0x7F_FFFF) & 0xFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(to[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(to[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(to[20..], DelaySinceLastSenderReport);
    }

    private static int Start(in RtcpBlock block) => block.Type switch
    {
        RtcpType.SenderReport => SenderReport.Length,
        RtcpType.ReceiverReport => 4,
        _ => int.MaxValue,
    };
}
