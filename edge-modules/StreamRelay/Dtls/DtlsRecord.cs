using System.Buffers.Binary;

namespace Marquee.StreamRelay.Dtls;

/// <summary>
/// Looks over a datagram before the library gets it: whole records, of known types and versions, and in the clear only handshake fragments
/// that make sense. What is malformed would otherwise end a handshake that someone else has under way.
/// </summary>
internal static class DtlsRecord
{
    private const int HeaderBytes = 13;
    private const int HandshakeHeaderBytes = 12;
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const ushort Dtls10 = 0xFEFF;
    private const ushort Dtls12 = 0xFEFD;

    /// <summary>No handshake message of WebRTC comes near.</summary>
    private const int MaxHandshakeBytes = 32 * 1024;

    /// <summary>Whether every record of the datagram is well-formed. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out int records)
    {
        records = 0;
        while (!datagram.IsEmpty)
        {
            if (datagram.Length < HeaderBytes || datagram[0] is < ChangeCipherSpec or > ApplicationData) return false;
            if (BinaryPrimitives.ReadUInt16BigEndian(datagram[1..]) is not (Dtls10 or Dtls12)) return false;
            var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (length == 0 || length > datagram.Length - HeaderBytes) return false;
            var fragment = datagram.Slice(HeaderBytes, length);
            if (epoch == 0 && datagram[0] == Handshake && !AreHandshakeFragments(fragment)) return false;
            datagram = datagram[(HeaderBytes + length)..];
            records++;
        }
        return records > 0;
    }

    private static bool AreHandshakeFragments(ReadOnlySpan<byte> fragment)
    {
        while (!fragment.IsEmpty)
        {
            if (fragment.Length < HandshakeHeaderBytes) return false;
            int total = UInt24(fragment[1..]), offset = UInt24(fragment[6..]), length = UInt24(fragment[9..]);
            if (total > MaxHandshakeBytes || offset + length > total || length > fragment.Length - HandshakeHeaderBytes) return false;
            fragment = fragment[(HandshakeHeaderBytes + length)..];
        }
        return true;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
