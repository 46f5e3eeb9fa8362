using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Marquee.StreamRelay.Net;

/// <summary>Between the kernel's addresses and ours, without allocation.</summary>
internal static unsafe class SocketAddresses
{
    private const uint InetBytes = 16;
    private const uint Inet6Bytes = 28;

    public static PeerAddress Read(LinuxNative.SocketAddress* from)
    {
        var port = BinaryPrimitives.ReverseEndianness(from->PortBigEndian);
        if (!BitConverter.IsLittleEndian) port = from->PortBigEndian;
        var rest = new ReadOnlySpan<byte>(from->Rest, 24);
        return from->Family == LinuxNative.FamilyInet
            ? PeerAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(rest), port)
            : PeerAddress.V6(rest.Slice(4, 16), port, MemoryMarshal.Read<uint>(rest[20..]));
    }

    /// <returns>Bytes of the address.</returns>
    public static uint Write(in PeerAddress from, bool asInet6, LinuxNative.SocketAddress* to)
    {
        var port = (ushort)from.Port;
        to->PortBigEndian = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
        var rest = new Span<byte>(to->Rest, 24);
        if (!asInet6)
        {
            to->Family = LinuxNative.FamilyInet;
            BinaryPrimitives.WriteUInt32BigEndian(rest, from.ToV4());
            rest.Slice(4, 8).Clear();
            return InetBytes;
        }
        to->Family = LinuxNative.FamilyInet6;
        rest[..4].Clear();
        from.WriteV6(rest[4..]);
        MemoryMarshal.Write(rest[20..], from.ScopeId);
        return Inet6Bytes;
    }
}
