using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A terminal's request for a certificate (PKCS #10): proof that it holds the key, and the key.</summary>
internal sealed record SigningRequest(byte[] Der, PublicKey Key)
{
    public const int MaxBytes = 2048;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>SHA-256 of the key, by which a repeated request for the same key is known.</summary>
    public byte[] KeyHash => SHA256.HashData(Key.ExportSubjectPublicKeyInfo());

    /// <summary>Null when it is no request, is not signed with its own key, or the key is not of P-256.</summary>
    public static SigningRequest? Read(byte[]? der)
    {
        if (der is not { Length: > 0 and <= MaxBytes }) return null;
        try
        {
            var key = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256).PublicKey;
            using var curve = key.GetECDsaPublicKey();
            return curve?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256 ? new(der, key) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
