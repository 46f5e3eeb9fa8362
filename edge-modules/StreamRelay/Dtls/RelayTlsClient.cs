using Marquee.StreamRelay.Srtp;
using Org.BouncyCastle.Tls;

namespace Marquee.StreamRelay.Dtls;

/// <summary>The client's side of a handshake, for those that offer <c>setup:passive</c>.</summary>
internal sealed class RelayTlsClient(DtlsIdentity identity, DtlsFingerprint expected, IReadOnlyList<SrtpProfile> profiles, Action closed)
    : DefaultTlsClient(identity.Crypto), TlsAuthentication
{
    private SrtpProfile _profile;

    public DtlsKeys? Keys { get; private set; }

    public override bool IgnoreCorruptDtlsRecords => true;

    public override int GetHandshakeTimeoutMillis() => DtlsParameters.HandshakeTimeoutMilliseconds;

    public override int GetHandshakeResendTimeMillis() => DtlsParameters.ResendMilliseconds;

    public override IDictionary<int, byte[]> GetClientExtensions()
    {
        var extensions = base.GetClientExtensions() ?? new Dictionary<int, byte[]>();
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, DtlsParameters.Offer(profiles));
        return extensions;
    }

    public override void ProcessServerExtensions(IDictionary<int, byte[]> serverExtensions)
    {
        base.ProcessServerExtensions(serverExtensions);
        _profile = DtlsParameters.Choose(profiles, serverExtensions is null ? null : TlsSrtpUtilities.GetUseSrtpExtension(serverExtensions));
    }

    public override TlsAuthentication GetAuthentication() => this;

    public void NotifyServerCertificate(TlsServerCertificate serverCertificate) => DtlsParameters.CheckFingerprint(serverCertificate.Certificate, expected);

    public TlsCredentials GetClientCredentials(Org.BouncyCastle.Tls.CertificateRequest certificateRequest) => identity.Sign(m_context);

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Keys = DtlsParameters.Export(m_context, _profile, DtlsRole.Client);
    }

    public override void NotifyAlertReceived(short alertLevel, short alertDescription)
    {
        base.NotifyAlertReceived(alertLevel, alertDescription);
        if (alertDescription == AlertDescription.close_notify) closed();
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() => DtlsParameters.CipherSuites;
}
