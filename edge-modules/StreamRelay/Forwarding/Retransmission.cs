using System.Buffers.Binary;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Retransmission payloads (RFC 4588): the original sequence number in front of the original payload.</summary>
internal static class Retransmission
{
    public const int OriginalSequenceLength = 2;

    /// <summary>Turns a retransmission into the packet that it repeats, in place; false for one that is padding only.</summary>
    public static bool TryRestore(Span<byte> data, byte payloadType, uint ssrc, ref RtpPacket packet)
    {
        if (packet.PayloadLength < OriginalSequenceLength) return false;
        var header = packet.PayloadOffset;
        var original = BinaryPrimitives.ReadUInt16BigEndian(data[header..]);
        var restored = data[OriginalSequenceLength..(data.Length - packet.PaddingLength)];
        data[..header].CopyTo(restored);
        restored[0] &= 0xDF; // the padding is gone
        restored[1] = (byte)((restored[1] & 0x80) | payloadType);
        BinaryPrimitives.WriteUInt16BigEndian(restored[2..], original);
        BinaryPrimitives.WriteUInt32BigEndian(restored[8..], ssrc);
        return RtpPacket.TryParse(restored, out packet);
    }
}
