using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// Where a datagram came from or goes to: an IPv4 (kept v4-mapped) or IPv6 address, a port, and for a TCP connection its number, so
/// that it is never taken for the UDP address of the same value. 24 bytes by value: a key of the demultiplexer without allocation.
/// </summary>
internal readonly struct PeerAddress : IEquatable<PeerAddress>
{
    private const uint MappedPrefix = 0x0000FFFF;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly uint _qualifier;
    private readonly ushort _port;
    private readonly bool _isStream;

    private PeerAddress(ulong high, ulong low, ushort port, uint qualifier, bool isStream) =>
        (_high, _low, _port, _qualifier, _isStream) = (high, low, port, qualifier, isStream);

    public int Port => _port;

    /// <summary>The IPv4 address is kept as ::ffff:a.b.c.d.</summary>
    public bool IsIPv4 => _high == 0 && (uint)(_low >> 32) == MappedPrefix;

    /// <summary>Zone of a link-local IPv6 address; zero otherwise.</summary>
    public uint ScopeId => _isStream ? 0 : _qualifier;

    /// <summary>Number of the TCP connection, or zero for UDP.</summary>
    public uint Connection => _isStream ? _qualifier : 0;

    public bool IsStream => _isStream;

    /// <summary>Address bits, for hashing by source: all 32 of IPv4; of IPv6 the /64, which one host commands whole.</summary>
    public ulong SourceKey => IsIPv4 ? _low : _high;

    /// <param name="address">IPv4 address in network order read as a big-endian number.</param>
    public static PeerAddress V4(uint address, ushort port) => new(0, ((ulong)MappedPrefix << 32) | address, port, 0, false);

    /// <param name="address">16 bytes in network order.</param>
    public static PeerAddress V6(ReadOnlySpan<byte> address, ushort port, uint scopeId) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port, scopeId, false);

    public static PeerAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        if (endPoint.AddressFamily == AddressFamily.InterNetwork)
        {
            endPoint.Address.TryWriteBytes(bytes, out _);
            return V4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)endPoint.Port);
        }
        endPoint.Address.TryWriteBytes(bytes, out _);
        return V6(bytes, (ushort)endPoint.Port, (uint)endPoint.Address.ScopeId);
    }

    /// <summary>The same address as seen over TCP connection number <paramref name="connection"/>.</summary>
    public PeerAddress OverConnection(uint connection) => new(_high, _low, _port, connection, true);

    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteV6(bytes);
        return IsIPv4 ? new IPEndPoint(new IPAddress(bytes[12..]), _port) : new IPEndPoint(new IPAddress(bytes, ScopeId), _port);
    }

    /// <summary>The IPv4 address as a big-endian number; only when <see cref="IsIPv4"/>.</summary>
    public uint ToV4() => (uint)_low;

    /// <summary>Writes 16 bytes in network order.</summary>
    public void WriteV6(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    public bool Equals(PeerAddress other) => _low == other._low && _high == other._high && _port == other._port
        && _qualifier == other._qualifier && _isStream == other._isStream;

    public override bool Equals(object? obj) => obj is PeerAddress other && Equals(other);

    public override int GetHashCode()
    {
        var mixed = (_low ^ (_high * 0x9E3779B97F4A7C15UL) ^ ((ulong)_port << 48) ^ _qualifier) * 0xD6E8FEB86659FD93UL;
        return (int)(mixed >> 32);
    }

    public override string ToString() => ToEndPoint().ToString();

    public static bool operator ==(PeerAddress left, PeerAddress right) => left.Equals(right);

    public static bool operator !=(PeerAddress left, PeerAddress right) => !left.Equals(right);
}
