using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Sctp;

/// <summary>
/// What an association will be, carried by the other side until it says it again (RFC 9260 5.1.3): INIT costs us nothing.
/// </summary>
/// <param name="LocalTag">Ours in the INIT ACK.</param>
/// <param name="PeerTag">Of the INIT.</param>
/// <param name="LocalTsn">Our first.</param>
/// <param name="PeerTsn">The other side's first.</param>
/// <param name="PeerWindow">In bytes.</param>
/// <param name="Streams">That we may send on.</param>
/// <param name="TieLocal">Our tag in the association that was there when the INIT came; 0 for none.</param>
/// <param name="TiePeer">The other side's.</param>
/// <param name="MadeUs">When.</param>
internal readonly record struct StateCookie(
    uint LocalTag, uint PeerTag, Tsn LocalTsn, Tsn PeerTsn, uint PeerWindow, ushort Streams, uint TieLocal, uint TiePeer, long MadeUs)
{
    public const int Bytes = FieldBytes + HMACSHA256.HashSizeInBytes;
    public const int KeyBytes = 32;

    private const int FieldBytes = 38;

    public void Write(Span<byte> cookie, ReadOnlySpan<byte> key)
    {
        BinaryPrimitives.WriteUInt32BigEndian(cookie, LocalTag);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[4..], PeerTag);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[8..], LocalTsn.Value);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[12..], PeerTsn.Value);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[16..], PeerWindow);
        BinaryPrimitives.WriteUInt16BigEndian(cookie[20..], Streams);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[22..], TieLocal);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[26..], TiePeer);
        BinaryPrimitives.WriteInt64BigEndian(cookie[30..], MadeUs);
        HMACSHA256.HashData(key, cookie[..FieldBytes], cookie[FieldBytes..]);
    }

    /// <returns>False for one that we did not make.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, out StateCookie cookie)
    {
        cookie = default;
        if (bytes.Length != Bytes) return false;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes[..FieldBytes], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, bytes[FieldBytes..])) return false;
        cookie = new StateCookie(
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            new Tsn(BinaryPrimitives.ReadUInt32BigEndian(bytes[8..])),
            new Tsn(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[22..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[26..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[30..]));
        return true;
    }
}
