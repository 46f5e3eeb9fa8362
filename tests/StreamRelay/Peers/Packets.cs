using System.Buffers.Binary;

namespace Marquee.StreamRelay.Tests.Peers;

/// <summary>RTP and RTCP to send.</summary>
internal static class Packets
{
    public static byte[] Rtp(uint ssrc, ushort sequence, int payloadBytes = 100)
    {
        var packet = new byte[12 + payloadBytes];
        Write(packet, ssrc, sequence);
        for (var i = 12; i < packet.Length; i++) packet[i] = (byte)(i + sequence);
        return packet;
    }

    public static void Write(Span<byte> packet, uint ssrc, ushort sequence)
    {
        packet[0] = 0x80;
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc);
    }

    /// <summary>An empty receiver report.</summary>
    public static byte[] ReceiverReport(uint ssrc)
    {
        var packet = new byte[8];
        packet[0] = 0x80;
        packet[1] = 201;
        packet[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }
}
