using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>The profile of the certificate that signs documents (ISO/IEC 18013-5 B.1.4).</summary>
internal static class DocumentSigner
{
    /// <summary>Extended key usage: a signer of driving licences.</summary>
    public const string KeyPurpose = "1.0.18013.5.1.2";

    private const string CountryOid = "2.5.4.6";
    private const string CommonNameOid = "2.5.4.3";

    /// <summary>Null when the certificate may sign documents.</summary>
    public static string? Problem(X509Certificate2 certificate)
    {
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority)) return "it is an authority";
        if (certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { KeyUsages: X509KeyUsageFlags.DigitalSignature })
            return "it is for other uses";
        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        return purposes is { Critical: true } && purposes.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == KeyPurpose)
            ? null
            : "its purpose is not to sign documents";
    }

    public static string? Country(X509Certificate2 certificate) => Attribute(certificate, CountryOid);

    /// <summary>An authority's name for people: country and common name.</summary>
    public static string Name(X509Certificate2 root) => $"{Country(root)} {Attribute(root, CommonNameOid)}".TrimEnd();

    private static string? Attribute(X509Certificate2 certificate, string oid)
    {
        try
        {
            return certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .FirstOrDefault(n => !n.HasMultipleElements && n.GetSingleElementType().Value == oid)?.GetSingleElementValue();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
