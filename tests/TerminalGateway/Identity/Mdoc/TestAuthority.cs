using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>An issuing authority of our own: a root, and document signers below it, each as wrong as a test wants it.</summary>
internal sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _serial = 1;

    public TestAuthority(string country = "UT", string name = "Utopia IACA")
    {
        var request = new CertificateRequest(Name(country, name), _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(From.AddYears(-1), Until.AddYears(8));
    }

    public X509Certificate2 Root { get; }

    /// <summary>A signer's certificate with its key.</summary>
    public X509Certificate2 Signer(
        string country = "UT",
        string purpose = DocumentSigner.KeyPurpose,
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

    public IssuerRoots Roots(params string[] revoked) => new([X509CertificateLoader.LoadCertificate(Root.RawData)], revoked);

    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }

    private static X500DistinguishedName Name(string country, string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCountryOrRegion(country);
        builder.AddCommonName(name);
        return builder.Build();
    }
}
