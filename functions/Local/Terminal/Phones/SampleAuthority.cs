using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.Local.Terminal.Phones;

/// <summary>An issuing authority that nobody trusts but who is told to: a root, and document signers below it, each as wrong as a test wants it.</summary>
internal sealed class SampleAuthority : IDisposable
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Extended key usage of document signers (ISO/IEC 18013-5 Annex B.1.4).</summary>
    public const string SigningDocuments = "1.0.18013.5.1.2";

    private int _serial = 1;

    public SampleAuthority(string country = "UT", string name = "Utopia IACA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(country, name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(From.AddYears(-1), Until.AddYears(8));
    }

    /// <param name="root">An authority's root of before, with its key.</param>
    public SampleAuthority(X509Certificate2 root) => Root = root;

    /// <summary>With its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>A signer's certificate with its key.</summary>
    public X509Certificate2 Signer(
        string country = "UT",
        string purpose = SigningDocuments,
        bool isAuthority = false,
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        ECCurve? curve = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(country, "Utopia DS"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        using var certificate = request.Create(Root, from ?? From, until ?? Until, BitConverter.GetBytes(_serial++));
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose() => Root.Dispose();

    private static X500DistinguishedName Name(string country, string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCountryOrRegion(country);
        builder.AddCommonName(name);
        return builder.Build();
    }
}
