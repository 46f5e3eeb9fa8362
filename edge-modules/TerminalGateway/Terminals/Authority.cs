using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// The gateway's own certificate authority: a P-256 key made at the first start, in the store under the <see cref="KeyRing"/>'s seal. It vouches
/// for the gateway and its terminals, and nobody else knows it: not the system's roots, and no other PoP.
/// </summary>
internal sealed class Authority : IDisposable
{
    public static readonly TimeSpan TerminalLife = TimeSpan.FromDays(30);
    public static readonly TimeSpan ServerLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan Life = TimeSpan.FromDays(3_653);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);
    private const string Purpose = "authority";

    private readonly ECDsa _key;
    private readonly string _popId;

    private Authority(X509Certificate2 certificate, ECDsa key, string popId) => (Certificate, _key, _popId) = (certificate, key, popId);

    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the certificate, in hex: what staff compares when in doubt.</summary>
    public string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Opens the store's authority, or makes it.</summary>
    /// <exception cref="EdgeConfigurationException">Its key cannot be opened here.</exception>
    public static async Task<Authority> OpenAsync(EdgeStore store, KeyRing keys, string popId, TimeProvider time)
    {
        if (store.Read(Find) is { } kept) return Open(kept.Certificate, kept.SealedKey, keys, popId);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = SelfSigned(key, popId, time.GetUtcNow());
        var sealedKey = keys.Seal(Purpose, key.ExportPkcs8PrivateKey(), certificate.RawData);
        await store.WriteAsync(tx => Insert(tx, certificate.RawData, sealedKey, time.GetUtcNow())).ConfigureAwait(false);
        return Open(certificate.RawData, sealedKey, keys, popId);
    }

    public static string TerminalName(string popId, string terminalId) => $"urn:marquee:pop:{popId}:terminal:{terminalId}";

    public static string GatewayName(string popId) => $"urn:marquee:pop:{popId}:gateway";

    /// <summary>A certificate for a terminal's key; of the request only the key is taken.</summary>
    public X509Certificate2 IssueToTerminal(string terminalId, PublicKey key, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(TerminalName(_popId, terminalId)));
        var request = Request($"CN={terminalId}, OU=terminal, O=Marquee PoP {_popId}", key, "1.3.6.1.5.5.7.3.2", names);
        return Sign(request, now, TerminalLife);
    }

    /// <summary>A certificate for the gateway's listeners, with its private key.</summary>
    public X509Certificate2 IssueToGateway(IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(GatewayName(_popId)));
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }

        var request = Request($"CN=gateway, O=Marquee PoP {_popId}", new PublicKey(key), "1.3.6.1.5.5.7.3.1", names);
        using var certificate = Sign(request, now, ServerLife);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Whether this authority, and no other, vouches for the certificate as one of a terminal. Its dates are for the book to judge.</summary>
    public bool VouchesFor(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(Certificate);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        // No list is fetched and no issuer looked for elsewhere: the book knows what is revoked, and the till talks to nobody unasked.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        // A till whose clock went back must not shut its terminals out; the book refuses what has ended.
        policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static Authority Open(byte[] certificate, byte[] sealedKey, KeyRing keys, string popId)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(keys.Open(Purpose, sealedKey, certificate), out _);
            return new(X509CertificateLoader.LoadCertificate(certificate), key, popId);
        }
        catch (SecretBoxException e)
        {
            throw new EdgeConfigurationException($"The authority's key cannot be opened. {e.Message}");
        }
    }

    private static X509Certificate2 SelfSigned(ECDsa key, string popId, DateTimeOffset now)
    {
        var request = new CertificateRequest($"CN=Marquee PoP {popId}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now - ClockSkew, now + Life);
    }

    private static CertificateRequest Request(string subject, PublicKey key, string use, SubjectAlternativeNameBuilder names)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: true));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset now, TimeSpan life)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // positive, as DER wants it
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - ClockSkew, now + life, serial);
    }

    private static Kept? Find(EdgeReader reader) =>
        reader.QueryFirst("SELECT certificate, sealed_key FROM authority WHERE id=1", row => new Kept((byte[])row.GetValue(0), (byte[])row.GetValue(1)));

    private static void Insert(EdgeTransaction tx, byte[] certificate, byte[] sealedKey, DateTimeOffset now) => tx.Execute(
        "INSERT INTO authority(id, certificate, sealed_key, created_at) VALUES(1, $certificate, $key, $now)",
        ("$certificate", certificate),
        ("$key", sealedKey),
        ("$now", now.ToString("O", CultureInfo.InvariantCulture)));

    private sealed record Kept(byte[] Certificate, byte[] SealedKey);
}
