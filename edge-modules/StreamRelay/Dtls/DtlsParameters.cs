using Marquee.StreamRelay.Srtp;
using Org.BouncyCastle.Tls;

namespace Marquee.StreamRelay.Dtls;

/// <summary>What both roles offer and insist on.</summary>
internal static class DtlsParameters
{
    /// <summary>A peer that takes longer is given up.</summary>
    public const int HandshakeTimeoutMilliseconds = 10_000;

    /// <summary>First retransmission of a flight: media paths are short, and RFC 6347's second would be seen by a viewer.</summary>
    public const int ResendMilliseconds = 150;

    /// <summary>Datagrams of ours: below every MTU that ICE meets.</summary>
    public const int MaxDatagramBytes = 1200;

    public static int[] CipherSuites { get; } =
    [
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ];

    public static UseSrtpData Offer(IEnumerable<SrtpProfile> profiles) => new([.. profiles.Select(p => (int)p)], []);

    /// <summary>Our best among theirs.</summary>
    /// <exception cref="TlsFatalAlert">There is none: without SRTP the association is of no use.</exception>
    public static SrtpProfile Choose(IReadOnlyList<SrtpProfile> ours, UseSrtpData? theirs)
    {
        foreach (var profile in ours)
            if (theirs is not null && theirs.ProtectionProfiles.Contains((int)profile)) return profile;
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }

    public static void CheckFingerprint(Certificate? chain, DtlsFingerprint expected)
    {
        if (chain is null || chain.IsEmpty) throw new TlsFatalAlert(AlertDescription.bad_certificate, "no certificate");
        if (!DtlsFingerprint.OfCertificate(chain.GetCertificateAt(0).GetEncoded()).Equals(expected))
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "not the certificate that SDP named");
    }

    public static DtlsKeys Export(TlsContext context, SrtpProfile profile, DtlsRole role) =>
        DtlsKeys.Split(profile, context.ExportKeyingMaterial(ExporterLabel.dtls_srtp, null, profile.ExportedBytes()), role);
}
