using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>
/// The issuing authorities' root certificates (IACA, ISO/IEC 18013-5 Annex B.1), preloaded so that nobody has to be asked, and what was
/// withdrawn of them and of the document signers below them, by SHA-256 thumbprint.
/// </summary>
internal sealed class IssuerRoots
{
    /// <summary>Roots in one list; all states of the EU and the US together are under 200.</summary>
    public const int MaxRoots = 1_000;

    private readonly X509Certificate2Collection _roots = [];
    private readonly HashSet<string> _revoked;

    /// <exception cref="ArgumentException">A root that no document could be trusted by, or too many.</exception>
    public IssuerRoots(IEnumerable<X509Certificate2> roots, IEnumerable<string> revoked)
    {
        foreach (var root in roots)
        {
            if (RootProblem(root) is { } problem) throw new ArgumentException($"{root.Subject} is no issuing authority's root: {problem}.");
            _roots.Add(root);
        }

        if (_roots.Count > MaxRoots) throw new ArgumentException($"More than {MaxRoots} roots.");
        _revoked = new(revoked, StringComparer.OrdinalIgnoreCase);
    }

    public int Count => _roots.Count;

    public static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The root above a document signer.</summary>
    /// <param name="signer">The leaf.</param>
    /// <param name="signedAt">When the signer says it signed.</param>
    /// <exception cref="MdocException">There is none, the chain is not as the standard's profile, or part of it was withdrawn.</exception>
    public X509Certificate2 RootOf(X509Certificate2 signer, DateTimeOffset signedAt, DateTimeOffset now)
    {
        if (DocumentSigner.Problem(signer) is not null) throw new MdocException(MdocFault.UntrustedIssuer);
        var root = Build(signer, now) ?? throw new MdocException(MdocFault.UntrustedIssuer);
        if (_revoked.Contains(Thumbprint(root)) || _revoked.Contains(Thumbprint(signer))) throw new MdocException(MdocFault.RevokedIssuer);
        // A signer of one country below another's root is a mistake or worse (B.1.4: the country is the root's).
        if (DocumentSigner.Country(signer) is not { } country || country != DocumentSigner.Country(root)) throw new MdocException(MdocFault.UntrustedIssuer);
        return IsWithin(signer, signedAt) ? root : throw new MdocException(MdocFault.UntrustedIssuer);
    }

    private X509Certificate2? Build(X509Certificate2 signer, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        // Offline: withdrawals come with the roots; nothing is fetched while a customer waits.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            // The profile has the signer right below the root.
            if (!chain.Build(signer) || chain.ChainElements.Count != 2) return null;
        }
        catch (CryptographicException)
        {
            return null;
        }

        var thumbprint = Thumbprint(chain.ChainElements[1].Certificate);
        return _roots.FirstOrDefault(r => Thumbprint(r) == thumbprint);
    }

    private static string? RootProblem(X509Certificate2 root)
    {
        var constraints = root.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        var usage = root.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true }) return "it is no authority";
        if (usage is null || !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign)) return "it may not sign certificates";
        return DocumentSigner.Country(root) is null ? "it names no country" : null;
    }

    private static bool IsWithin(X509Certificate2 certificate, DateTimeOffset at) =>
        at >= new DateTimeOffset(certificate.NotBefore.ToUniversalTime()) && at <= new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
}
