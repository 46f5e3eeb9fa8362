using System.Buffers.Binary;
using System.Numerics;

namespace Marquee.StreamRelay.Sctp;

/// <summary>CRC-32C (Castagnoli), SCTP's checksum (RFC 9260 appendix A), by the processor's instruction where it has one.</summary>
internal static class Crc32c
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(uint.MaxValue, bytes);

    /// <summary>Of a packet with its checksum field taken for zero.</summary>
    public static uint OfPacket(ReadOnlySpan<byte> packet)
    {
        var crc = Add(uint.MaxValue, packet[..SctpPacket.ChecksumOffset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, packet[SctpPacket.HeaderBytes..]);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
