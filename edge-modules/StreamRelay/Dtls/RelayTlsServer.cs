using Marquee.StreamRelay.Srtp;
using Org.BouncyCastle.Tls;

namespace Marquee.StreamRelay.Dtls;

/// <summary>The server's side of a handshake: asks for the client's certificate and holds it to the fingerprint of the SDP.</summary>
internal sealed class RelayTlsServer(DtlsIdentity identity, DtlsFingerprint expected, IReadOnlyList<SrtpProfile> profiles, Action closed)
    : DefaultTlsServer(identity.Crypto)
{
    private SrtpProfile _profile;

    public DtlsKeys? Keys { get; private set; }

    public override bool IgnoreCorruptDtlsRecords => true;

    public override int GetHandshakeTimeoutMillis() => DtlsParameters.HandshakeTimeoutMilliseconds;

    public override int GetHandshakeResendTimeMillis() => DtlsParameters.ResendMilliseconds;

    public override Org.BouncyCastle.Tls.CertificateRequest GetCertificateRequest() => new(
        [ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign],
        TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context),
        null);

    public override void NotifyClientCertificate(Certificate clientCertificate) => DtlsParameters.CheckFingerprint(clientCertificate, expected);

    public override void ProcessClientExtensions(IDictionary<int, byte[]> clientExtensions)
    {
        base.ProcessClientExtensions(clientExtensions);
        _profile = DtlsParameters.Choose(profiles, clientExtensions is null ? null : TlsSrtpUtilities.GetUseSrtpExtension(clientExtensions));
    }

    public override IDictionary<int, byte[]> GetServerExtensions()
    {
        var extensions = base.GetServerExtensions() ?? new Dictionary<int, byte[]>();
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, new UseSrtpData([(int)_profile], []));
        return extensions;
    }

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Keys = DtlsParameters.Export(m_context, _profile, DtlsRole.Server);
    }

    public override void NotifyAlertReceived(short alertLevel, short alertDescription)
    {
        base.NotifyAlertReceived(alertLevel, alertDescription);
        if (alertDescription == AlertDescription.close_notify) closed();
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() => DtlsParameters.CipherSuites;

    protected override TlsCredentialedSigner GetECDsaSignerCredentials() => identity.Sign(m_context);
}
