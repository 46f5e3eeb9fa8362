using System.Security.Cryptography;
using System.Text;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Offline;

/// <summary>
/// Recognises a card's token without keeping it: HMAC-SHA-256 under a key, 128 bits in hex. With <c>Gateway:FingerprintKey</c>, which the PoPs
/// of a hoster share, one PoP recognises what another blocked; without it the key is this store's own and so are the fingerprints.
/// </summary>
internal sealed class CardFingerprints(GatewaySettings settings, KeyRing ring)
{
    private const int Bytes = 16;

    private readonly byte[] _key = settings.FingerprintKey ?? ring.Derive("card-fingerprint");

    /// <summary>Whether other PoPs make the same of a card.</summary>
    public bool AreShared => settings.FingerprintKey is not null;

    public string Of(string cardToken) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(cardToken)).AsSpan(0, Bytes));
}
