using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03).</summary>
internal static class Remb
{
    public const int MaxSources = 255;

    public static bool TryParse(in RtcpBlock block, out long bitsPerSecond)
    {
        bitsPerSecond = 0;
        var body = block.Body;
        if (!block.Is(RtcpType.PayloadFeedback, RtcpFormat.Application) || body.Length < 16 || !body[8..12].SequenceEqual("REMB"u8))
            return false;
        var exponent = body[13] >> 2;
        var mantissa = ((long)(body[13] & 0x03) << 16) | BinaryPrimitives.ReadUInt16BigEndian(body[14..]);
        // An exponent past this overflows: such a rate is "no limit".
        bitsPerSecond = exponent > 44 ? long.MaxValue : mantissa << exponent;
        return true;
    }
}

/// <summary>Full intra request entries (RFC 5104 section 4.3.1).</summary>
internal static class FullIntraRequest
{
    public const int EntryLength = 8;

    public static int Count(in RtcpBlock block) =>
        block.Is(RtcpType.PayloadFeedback, RtcpFormat.FullIntraRequest) ? Math.Max(0, block.Body.Length - 8) / EntryLength : 0;

    public static (uint Ssrc, byte Sequence) Read(in RtcpBlock block, int index)
    {
        var entry = block.Body[(8 + (index * EntryLength))..];
        return (BinaryPrimitives.ReadUInt32BigEndian(entry), entry[4]);
    }
}
