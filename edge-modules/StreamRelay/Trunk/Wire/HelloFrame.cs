using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>
/// A step of the handshake. Each side shows a nonce; who is shown its own nonce back knows that the other is there now and not a recording,
/// and makes the session's keys of both. Authenticated by the key that it names.
/// </summary>
internal readonly ref struct HelloFrame(ReadOnlySpan<byte> datagram)
{
    public const int NonceBytes = 16;
    public const int MaxPopIdBytes = 64;
    public const int MaxLength = NamesAt + 2 + (2 * MaxPopIdBytes) + MacBytes;

    private const byte Version = 1;
    private const int MacBytes = 16;
    private const int FlagsAt = 15;
    private const int NonceAt = 16;
    private const int EchoAt = NonceAt + NonceBytes;
    private const int NamesAt = EchoAt + NonceBytes;

    private readonly ReadOnlySpan<byte> _data = datagram;

    public byte Link => _data[2];
    public uint KeyId => BinaryPrimitives.ReadUInt32BigEndian(_data[3..]);

    /// <summary>Which life of the sender this is: what it knew of us in another is gone.</summary>
    public ulong Instance => BinaryPrimitives.ReadUInt64BigEndian(_data[7..]);

    /// <summary>The sender has made the session of these two nonces.</summary>
    public bool IsEstablished => _data[FlagsAt] != 0;

    public ReadOnlySpan<byte> Nonce => _data.Slice(NonceAt, NonceBytes);

    /// <summary>The receiver's nonce; zeros when its sender has seen none.</summary>
    public ReadOnlySpan<byte> Echo => _data.Slice(EchoAt, NonceBytes);

    public ReadOnlySpan<byte> From => _data.Slice(NamesAt + 1, _data[NamesAt]);
    public ReadOnlySpan<byte> To => _data[(NamesAt + 2 + _data[NamesAt])..^MacBytes];

    public static bool TryParse(ReadOnlySpan<byte> datagram, out HelloFrame frame)
    {
        frame = default;
        if (datagram.Length is < NamesAt + 2 + MacBytes or > MaxLength) return false;
        if (datagram[0] != TrunkWire.Hello || datagram[1] != Version || datagram[2] >= TrunkWire.MaxLinks || datagram[FlagsAt] > 1) return false;
        var from = datagram[NamesAt];
        if (from is 0 or > MaxPopIdBytes || NamesAt + 2 + from + MacBytes > datagram.Length) return false;
        var to = datagram[NamesAt + 1 + from];
        if (to is 0 or > MaxPopIdBytes || NamesAt + 2 + from + to + MacBytes != datagram.Length) return false;
        frame = new HelloFrame(datagram);
        return true;
    }

    public bool IsAuthentic(TrunkKey key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.HelloKey, _data[..^MacBytes], mac);
        return CryptographicOperations.FixedTimeEquals(mac[..MacBytes], _data[^MacBytes..]);
    }

    /// <returns>The datagram's length.</returns>
    public static int Write(
        Span<byte> to, byte link, TrunkKey key, ulong instance, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> echo, bool isEstablished,
        string fromPop, string toPop)
    {
        to[0] = TrunkWire.Hello;
        to[1] = Version;
        to[2] = link;
        BinaryPrimitives.WriteUInt32BigEndian(to[3..], key.Id);
        BinaryPrimitives.WriteUInt64BigEndian(to[7..], instance);
        to[FlagsAt] = isEstablished ? (byte)1 : (byte)0;
        nonce.CopyTo(to[NonceAt..]);
        echo.CopyTo(to[EchoAt..]);
        var at = NamesAt;
        foreach (var name in (ReadOnlySpan<string>)[fromPop, toPop])
        {
            to[at] = (byte)Encoding.ASCII.GetBytes(name, to[(at + 1)..]);
            at += 1 + to[at];
        }
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.HelloKey, to[..at], mac);
        mac[..MacBytes].CopyTo(to[at..]);
        return at + MacBytes;
    }
}
