using System.Security.Cryptography.X509Certificates;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Identity.Mdoc;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>The standard's own example, byte for byte.</summary>
public sealed class AnnexDTests
{
    [Fact]
    public void Our_end_of_the_session_is_the_examples()
    {
        using var session = AnnexD.Session();
        Assert.Equal(AnnexD.Bytes("sessionTranscript"), session.Transcript.Encoded);
        Assert.Equal(AnnexD.Bytes("sessionEstablishment"), session.Establish(AnnexD.Bytes("deviceRequest")));
    }

    [Fact]
    public void The_key_that_the_phone_MACs_with_is_the_examples()
    {
        using var session = AnnexD.Session();
        var (payload, signer) = CoseAuthentication.ReadIssuer(Assert.Single(DeviceResponse.Read(AnnexD.DeviceResponse)).IssuerAuth);
        using var _ = signer;
        Assert.Equal(AnnexD.Bytes("macKey"), session.MacKey(MobileSecurityObject.Read(payload).DeviceKey));
    }

    [Fact]
    public void The_licence_shows_a_person_and_all_it_shared_beyond_that_is_dropped()
    {
        var verdict = Verify(IdentityPolicy.VerifiedPerson);
        Assert.Equal(new MdocVerdict(null, "US utopia iaca", Unasked: 6), verdict);
    }

    [Fact]
    public void The_licence_says_nothing_about_an_age() =>
        Assert.Equal(MdocFault.AgeNotStated, Verify(IdentityPolicy.AgeOver(18)).Fault);

    [Fact]
    public void Before_its_day_the_signer_is_not_trusted_and_after_it_neither()
    {
        Assert.Equal(MdocFault.UntrustedIssuer, Verify(IdentityPolicy.VerifiedPerson, new(2020, 9, 30, 0, 0, 0, TimeSpan.Zero)).Fault);
        Assert.Equal(MdocFault.UntrustedIssuer, Verify(IdentityPolicy.VerifiedPerson, new(2021, 10, 2, 0, 0, 0, TimeSpan.Zero)).Fault);
    }

    [Fact]
    public void Shown_in_another_way_the_same_answer_is_not_the_phones()
    {
        using var session = AnnexD.Session(otherHandover: true);
        var verdict = Verifier(AnnexD.Then, AnnexD.Roots()).VerifyResponse(session, AnnexD.DeviceResponse, IdentityPolicy.VerifiedPerson);
        Assert.Equal(MdocFault.DeviceAuthenticationInvalid, verdict.Fault);
    }

    [Fact]
    public void Without_its_root_or_with_it_withdrawn_the_licence_is_nothing()
    {
        using var session = AnnexD.Session();
        using var root = X509CertificateLoader.LoadCertificate(AnnexD.Bytes("issuerRoot"));
        Assert.Equal(MdocFault.UntrustedIssuer, Fault(new IssuerRoots([], [])));
        Assert.Equal(MdocFault.RevokedIssuer, Fault(AnnexD.Roots(IssuerRoots.Thumbprint(root))));

        MdocFault? Fault(IssuerRoots roots) =>
            Verifier(AnnexD.Then, roots).VerifyResponse(session, AnnexD.DeviceResponse, IdentityPolicy.VerifiedPerson).Fault;
    }

    private static MdocVerdict Verify(IdentityPolicy policy, DateTimeOffset? at = null)
    {
        using var session = AnnexD.Session();
        return Verifier(at ?? AnnexD.Then, AnnexD.Roots()).VerifyResponse(session, AnnexD.DeviceResponse, policy);
    }

    private static MdocVerifier Verifier(DateTimeOffset now, IssuerRoots roots) => new(roots, new FakeTimeProvider(now));
}
