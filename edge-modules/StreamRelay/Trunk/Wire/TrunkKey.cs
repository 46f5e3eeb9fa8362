using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>A key that two PoPs share. Of several, the one with the highest id is the newest; all of them are valid.</summary>
internal sealed class TrunkKey
{
    public const int SecretBytes = 32;

    private readonly byte[] _secret;

    /// <param name="id">From 1, rising with each rotation.</param>
    /// <param name="secret">32 random bytes.</param>
    public TrunkKey(uint id, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        (Id, _secret) = (id, secret.ToArray());
        HelloKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, SecretBytes, info: "marquee trunk hello"u8.ToArray());
    }

    public uint Id { get; }

    /// <summary>Authenticates handshakes.</summary>
    public byte[] HelloKey { get; }

    /// <summary>Key material of a session (RFC 5869): the nonces of both as salt, so that no two sessions ever share a key.</summary>
    /// <param name="lowerPop">Of the two PoP ids, the one that sorts first; its nonce comes first as well.</param>
    public void Derive(string lowerPop, string upperPop, ReadOnlySpan<byte> lowerNonce, ReadOnlySpan<byte> upperNonce, Span<byte> material)
    {
        Span<byte> salt = stackalloc byte[2 * HelloFrame.NonceBytes];
        lowerNonce.CopyTo(salt);
        upperNonce.CopyTo(salt[HelloFrame.NonceBytes..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, material, salt, Encoding.ASCII.GetBytes($"marquee trunk 1|{Id}|{lowerPop}|{upperPop}"));
    }
}
