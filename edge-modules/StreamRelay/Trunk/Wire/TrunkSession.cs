using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>
/// The keys that two PoPs agreed on, one per direction (AES-128-GCM). A nonce is the direction's salt with the link and the link's counter
/// in it; a counter starts at 0 with the session and only rises, and a session is never taken up again, so no nonce is used twice.
/// </summary>
internal sealed class TrunkSession : IDisposable
{
    /// <summary>Datagrams of a link that may overtake one another.</summary>
    public const int ReplayWindow = 1024;

    /// <summary>A counter further ahead than this is not looked at: an hour of 250,000 datagrams a second.</summary>
    private const long MaxJump = 1L << 30;

    private const int KeyBytes = 16;
    private const int NonceBytes = 12;
    private const int IdBytes = 4;

    private readonly AesGcm _seal;
    private readonly AesGcm _open;
    private readonly byte[] _sealSalt = new byte[NonceBytes];
    private readonly byte[] _openSalt = new byte[NonceBytes];
    private readonly ulong[] _counters = new ulong[TrunkWire.MaxLinks];
    private readonly CounterWindow[] _windows = new CounterWindow[TrunkWire.MaxLinks];

    public TrunkSession(TrunkKey key, string ourPop, string theirPop, ReadOnlySpan<byte> ourNonce, ReadOnlySpan<byte> theirNonce, long startedUs)
    {
        (Key, StartedUs) = (key, startedUs);
        Span<byte> material = stackalloc byte[(2 * (KeyBytes + NonceBytes)) + IdBytes];
        var isLower = string.CompareOrdinal(ourPop, theirPop) < 0;
        if (isLower) key.Derive(ourPop, theirPop, ourNonce, theirNonce, material);
        else key.Derive(theirPop, ourPop, theirNonce, ourNonce, material);
        Id = BinaryPrimitives.ReadUInt32BigEndian(material);
        var lower = material.Slice(IdBytes, KeyBytes + NonceBytes);
        var upper = material[(IdBytes + KeyBytes + NonceBytes)..];
        var ours = isLower ? lower : upper;
        var theirs = isLower ? upper : lower;
        _seal = new AesGcm(ours[..KeyBytes], TrunkWire.TagBytes);
        _open = new AesGcm(theirs[..KeyBytes], TrunkWire.TagBytes);
        ours[KeyBytes..].CopyTo(_sealSalt);
        theirs[KeyBytes..].CopyTo(_openSalt);
        CryptographicOperations.ZeroMemory(material);
        for (var i = 0; i < _windows.Length; i++) _windows[i] = new CounterWindow(ReplayWindow);
    }

    public uint Id { get; }
    public TrunkKey Key { get; }
    public long StartedUs { get; }

    /// <summary>The other side has shown that it has these keys.</summary>
    public bool IsConfirmed { get; private set; }

    public void Confirm() => IsConfirmed = true;

    /// <summary>The number of datagrams sealed for a link.</summary>
    public ulong Sent(int link) => _counters[link];

    /// <summary>Seals the plaintext that lies behind the header in <paramref name="datagram"/>.</summary>
    /// <returns>The datagram's length.</returns>
    public int Seal(int link, Span<byte> datagram, int plaintextLength)
    {
        var header = new SealedHeader((byte)link, Id, _counters[link]++);
        header.Write(datagram);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Nonce(nonce, _sealSalt, header);
        var text = datagram.Slice(SealedHeader.Length, plaintextLength);
        _seal.Encrypt(nonce, text, text, datagram.Slice(SealedHeader.Length + plaintextLength, TrunkWire.TagBytes), datagram[..SealedHeader.Length]);
        return SealedHeader.Length + plaintextLength + TrunkWire.TagBytes;
    }

    /// <summary>Whether it is worth opening: not a replay, and not from a counter that cannot be.</summary>
    public bool MayOpen(in SealedHeader header)
    {
        var window = _windows[header.Link];
        return header.Counter <= (ulong)(window.Newest + MaxJump) && window.Allows((long)header.Counter);
    }

    /// <summary>
    /// Opens a datagram in place. A forged one costs an exception, which .NET gives no way around: <see cref="Peers.ForgeryBudget"/>.
    /// </summary>
    public bool TryOpen(Span<byte> datagram, in SealedHeader header, out Span<byte> plaintext)
    {
        plaintext = default;
        if (!MayOpen(header)) return false;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Nonce(nonce, _openSalt, header);
        var text = datagram[SealedHeader.Length..^TrunkWire.TagBytes];
        try
        {
            _open.Decrypt(nonce, text, datagram[^TrunkWire.TagBytes..], text, datagram[..SealedHeader.Length]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        _windows[header.Link].Mark((long)header.Counter);
        IsConfirmed = true;
        plaintext = text;
        return true;
    }

    public void Dispose()
    {
        _seal.Dispose();
        _open.Dispose();
    }

    private static void Nonce(Span<byte> nonce, byte[] salt, in SealedHeader header)
    {
        salt.CopyTo(nonce);
        nonce[3] ^= header.Link;
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]) ^ header.Counter);
    }
}
