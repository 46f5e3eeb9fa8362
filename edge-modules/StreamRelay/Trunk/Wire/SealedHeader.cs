using System.Buffers.Binary;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>
/// The part of a sealed datagram that anyone can read: the link, the session and the counter, which makes the nonce and is the link's own
/// sequence number. It is authenticated with the rest.
/// </summary>
internal readonly record struct SealedHeader(byte Link, uint Session, ulong Counter)
{
    public const int Length = 14;

    public static bool TryParse(ReadOnlySpan<byte> datagram, out SealedHeader header)
    {
        header = default;
        if (datagram.Length <= Length + TrunkWire.TagBytes || datagram[0] != TrunkWire.Sealed || datagram[1] >= TrunkWire.MaxLinks) return false;
        header = new SealedHeader(
            datagram[1], BinaryPrimitives.ReadUInt32BigEndian(datagram[2..]), BinaryPrimitives.ReadUInt64BigEndian(datagram[6..]));
        return true;
    }

    public void Write(Span<byte> datagram)
    {
        datagram[0] = TrunkWire.Sealed;
        datagram[1] = Link;
        BinaryPrimitives.WriteUInt32BigEndian(datagram[2..], Session);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[6..], Counter);
    }
}
