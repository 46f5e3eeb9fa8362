using System.Buffers.Binary;

namespace Marquee.StreamRelay.Srtp;

/// <summary>The little of RTP's header that SRTP needs. The media side has a full parser.</summary>
internal static class RtpHeader
{
    public const int MinBytes = 12;

    public static ushort Sequence(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

    public static uint Ssrc(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);

    /// <summary>Length of the fixed header, contributors and extension: what stays in the clear.</summary>
    public static bool TryLength(ReadOnlySpan<byte> packet, out int length)
    {
        length = 0;
        if (packet.Length < MinBytes || packet[0] >> 6 != 2) return false;
        length = MinBytes + ((packet[0] & 0x0F) * 4);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4) return false;
            length += 4 + (BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]) * 4);
        }
        return length <= packet.Length;
    }
}
