using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Dtls;

/// <summary>SHA-256 of a certificate (RFC 8122), as SDP's <c>a=fingerprint:sha-256</c> carries it. Other hashes are refused.</summary>
internal sealed class DtlsFingerprint : IEquatable<DtlsFingerprint>
{
    public const string Algorithm = "sha-256";

    private readonly byte[] _hash;

    private DtlsFingerprint(byte[] hash) => _hash = hash;

    public static DtlsFingerprint OfCertificate(ReadOnlySpan<byte> der) => new(SHA256.HashData(der));

    /// <param name="value">32 pairs of hexadecimal digits parted by colons, in either case.</param>
    public static bool TryParse(ReadOnlySpan<char> algorithm, ReadOnlySpan<char> value, [NotNullWhen(true)] out DtlsFingerprint? fingerprint)
    {
        fingerprint = null;
        const int Bytes = SHA256.HashSizeInBytes;
        if (!algorithm.Equals(Algorithm, StringComparison.OrdinalIgnoreCase) || value.Length != (Bytes * 3) - 1) return false;
        var hash = new byte[Bytes];
        for (var i = 0; i < Bytes; i++)
        {
            if (i > 0 && value[(i * 3) - 1] != ':') return false;
            int high = Hex(value[i * 3]), low = Hex(value[(i * 3) + 1]);
            if ((high | low) < 0) return false;
            hash[i] = (byte)((high << 4) | low);
        }
        fingerprint = new DtlsFingerprint(hash);
        return true;
    }

    public static DtlsFingerprint Parse(string value) =>
        TryParse(Algorithm, value, out var fingerprint) ? fingerprint : throw new FormatException("not a sha-256 fingerprint");

    private static int Hex(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : -1;

    /// <summary>Fixed time, though a fingerprint is public.</summary>
    public bool Equals(DtlsFingerprint? other) => other is not null && CryptographicOperations.FixedTimeEquals(_hash, other._hash);

    public override bool Equals(object? obj) => Equals(obj as DtlsFingerprint);

    public override int GetHashCode() => BitConverter.ToInt32(_hash);

    /// <summary>As SDP prints it: upper case, parted by colons.</summary>
    public override string ToString() => string.Join(':', _hash.Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
}
