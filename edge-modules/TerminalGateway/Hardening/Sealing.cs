using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>
/// AES-256-GCM with a key per purpose, derived by HKDF from one root: version (1 byte), nonce (12), ciphertext, tag (16). Nonces are random,
/// which is good for 2^32 seals under one purpose (NIST SP 800-38D, 8.3): more than a till makes in its life.
/// </summary>
internal static class Sealing
{
    public const int KeyBytes = 32;
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;

    public static byte[] Derive(ReadOnlySpan<byte> root, string purpose)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, key, salt: [], info: Encoding.UTF8.GetBytes("marquee/" + purpose));
        return key;
    }

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var box = new byte[plain.Length + Overhead];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(1 + NonceBytes, plain.Length), box.AsSpan(box.Length - TagBytes), bound);
        return box;
    }

    /// <exception cref="SecretBoxException">Not sealed with this key and for this <paramref name="bound"/> data, or damaged.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> bound)
    {
        if (box.Length < Overhead || box[0] != Version) throw new SecretBoxException("What is sealed has no known form.");
        var plain = new byte[box.Length - Overhead];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(box.Slice(1, NonceBytes), box.Slice(1 + NonceBytes, plain.Length), box[^TagBytes..], plain, bound);
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SecretBoxException("What is sealed was sealed with another key, for something else, or is damaged.", e);
        }
    }
}
