using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Ice;

/// <summary>An ICE password as the key of MESSAGE-INTEGRITY (HMAC-SHA1, short-term credentials). Not for two threads.</summary>
internal sealed class StunKey(string password) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(password));

    /// <param name="message">Header and attributes up to MESSAGE-INTEGRITY, exclusive.</param>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> integrity)
    {
        // The length that is hashed ends with MESSAGE-INTEGRITY, whatever follows it.
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(message.Length - StunMessage.HeaderBytes + 4 + StunMessage.IntegrityBytes));
        _hash.AppendData(message[..2]);
        _hash.AppendData(length);
        _hash.AppendData(message[4..]);
        _hash.GetHashAndReset(integrity);
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> integrity)
    {
        Span<byte> expected = stackalloc byte[StunMessage.IntegrityBytes];
        Sign(message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, integrity);
    }

    public void Dispose() => _hash.Dispose();
}
