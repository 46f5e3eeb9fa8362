using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Marquee.StreamRelay.Dtls;

/// <summary>A self-signed ECDSA P-256 certificate. SDP carries its fingerprint, so it may be new with every start.</summary>
internal sealed class DtlsIdentity
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    private readonly AsymmetricKeyParameter _key;
    private readonly Certificate _chain;

    private DtlsIdentity(byte[] certificate, byte[] pkcs8)
    {
        Crypto = new BcTlsCrypto(new SecureRandom());
        _key = PrivateKeyFactory.CreateKey(pkcs8);
        _chain = new Certificate([new BcTlsCertificate(Crypto, certificate)]);
        Fingerprint = DtlsFingerprint.OfCertificate(certificate);
    }

    public DtlsFingerprint Fingerprint { get; }

    public BcTlsCrypto Crypto { get; }

    public static DtlsIdentity Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=marquee-relay", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        return new DtlsIdentity(certificate.Export(X509ContentType.Cert), key.ExportPkcs8PrivateKey());
    }

    /// <summary>Our certificate, signing for this handshake.</summary>
    public TlsCredentialedSigner Sign(TlsContext context) => new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        Crypto,
        _key,
        _chain,
        SignatureAndHashAlgorithm.GetInstance(Org.BouncyCastle.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
}
