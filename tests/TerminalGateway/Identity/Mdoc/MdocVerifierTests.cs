using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity.Mdoc;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

public sealed class MdocVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private static readonly IdentityPolicy Adult = IdentityPolicy.AgeOver(18);

    private readonly SampleAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_genuine_licence_passes_by_signature_and_by_MAC(bool mac)
    {
        using var phone = Phone();
        phone.AuthenticatesByMac = mac;
        Assert.Equal(new MdocVerdict(null, "UT Utopia IACA", 0), Check(phone));
    }

    [Fact]
    public void Other_curves_and_digests_of_the_standard_pass()
    {
        using var phone = new SamplePhone(_authority.Signer(curve: ECCurve.NamedCurves.nistP384), ECCurve.NamedCurves.nistP521)
        {
            Licence = new SampleLicence { DigestAlgorithm = "SHA-512" },
        };
        Assert.Null(Check(phone).Fault);
    }

    [Fact]
    public void The_phone_is_asked_for_the_age_and_nothing_else()
    {
        using var phone = Phone();
        Check(phone, IdentityPolicy.AgeOver(21));
        var request = Encoding.Latin1.GetString(phone.Request!);
        Assert.Contains("age_over_21", request, StringComparison.Ordinal);
        Assert.DoesNotContain("birth", request, StringComparison.Ordinal);
        Assert.DoesNotContain("portrait", request, StringComparison.Ordinal);
        Assert.DoesNotContain("name", request.Replace("nameSpaces", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(18, "age_over_18", true, null)]
    [InlineData(18, "age_over_21", true, null)]
    [InlineData(18, "age_over_16", true, MdocFault.AgeNotStated)]
    [InlineData(18, "age_over_18", false, MdocFault.UnderAge)]
    [InlineData(18, "age_over_16", false, MdocFault.UnderAge)]
    [InlineData(18, "age_over_21", false, MdocFault.AgeNotStated)]
    [InlineData(18, "age_over_XX", true, MdocFault.AgeNotStated)]
    [InlineData(18, "resident_city", true, MdocFault.AgeNotStated)]
    public void The_nearest_age_that_the_licence_states_decides(int asked, string stated, bool isOver, object? fault)
    {
        using var phone = Phone(new SampleLicence { Elements = [(stated, isOver)] });
        Assert.Equal(fault, Check(phone, IdentityPolicy.AgeOver(asked)).Fault);
    }

    [Fact]
    public void A_no_beside_a_yes_is_a_no()
    {
        using var phone = Phone(new SampleLicence { Elements = [("age_over_21", true), ("age_over_18", false)] });
        Assert.Equal(MdocFault.UnderAge, Check(phone).Fault);
    }

    [Fact]
    public void A_birth_date_and_a_portrait_that_nobody_asked_for_are_counted_and_not_read()
    {
        // Not of the types that the standard gives them: reading them would fail.
        using var phone = Phone(new SampleLicence { Elements = [("birth_date", true), ("age_over_18", true), ("portrait", "no picture")] });
        Assert.Equal(new MdocVerdict(null, "UT Utopia IACA", Unasked: 2), Check(phone));
    }

    [Theory]
    [InlineData("UT", null)]
    [InlineData("XX", MdocFault.UntrustedIssuer)]
    public void The_country_on_the_licence_is_its_authoritys(string country, object? fault)
    {
        using var phone = Phone(new SampleLicence { Elements = [("issuing_country", country)] });
        Assert.Equal(fault, Check(phone, IdentityPolicy.VerifiedPerson).Fault);
    }

    [Fact]
    public void A_changed_element_is_found_out()
    {
        using var phone = Phone(new SampleLicence { Elements = [("age_over_18", false)], Tamper = SayYes });
        Assert.Equal(MdocFault.DigestMismatch, Check(phone).Fault);
    }

    [Fact]
    public void A_changed_element_that_nobody_asked_for_is_found_out_as_well()
    {
        using var phone = Phone(new SampleLicence { Elements = [("age_over_18", true), ("sex", false)], Tamper = (i, e) => i == 1 ? SayYes(i, e) : e });
        Assert.Equal(MdocFault.DigestMismatch, Check(phone).Fault);
    }

    [Fact]
    public void Too_early_and_too_late_are_told_apart()
    {
        using var early = Phone(new SampleLicence { ValidFrom = Now.AddSeconds(1) });
        using var late = Phone(new SampleLicence { ValidUntil = Now.AddSeconds(-1) });
        Assert.Equal(MdocFault.NotYetValid, Check(early).Fault);
        Assert.Equal(MdocFault.Expired, Check(late).Fault);
    }

    [Fact]
    public void An_authority_that_is_not_preloaded_is_not_trusted_whatever_it_is_called()
    {
        using var stranger = new SampleAuthority();
        using var phone = new SamplePhone(stranger.Signer());
        Assert.Equal(MdocFault.UntrustedIssuer, Check(phone).Fault);
    }

    [Fact]
    public void A_withdrawn_root_or_signer_is_not_trusted_any_more()
    {
        using var signer = _authority.Signer();
        using var phone = new SamplePhone(signer);
        Assert.Equal(MdocFault.RevokedIssuer, Check(phone, roots: _authority.Roots(IssuerRoots.Thumbprint(_authority.Root))).Fault);
        Assert.Equal(MdocFault.RevokedIssuer, Check(phone, roots: _authority.Roots(IssuerRoots.Thumbprint(signer))).Fault);
    }

    [Fact]
    public void A_certificate_that_is_not_a_document_signers_signs_no_documents()
    {
        X509Certificate2[] others =
        [
            _authority.Signer(country: "XX"),
            _authority.Signer(purpose: "1.3.6.1.5.5.7.3.1"),
            _authority.Signer(isAuthority: true),
            _authority.Signer(usage: X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign),
            _authority.Signer(until: Now.AddDays(-1)),
            _authority.Signer(from: Now.AddDays(1)),
            // Valid today, but not when it says that it signed.
            _authority.Signer(from: Now.AddDays(-1)),
        ];
        Assert.All(others, signer =>
        {
            using var phone = new SamplePhone(signer);
            Assert.Equal(MdocFault.UntrustedIssuer, Check(phone).Fault);
        });
    }

    [Theory]
    [InlineData("eu.europa.ec.eudi.pid.1", null)]
    [InlineData(DeviceRequest.DrivingLicence, "eu.europa.ec.eudi.pid.1")]
    public void Another_type_of_document_than_asked_for_is_refused(string shown, string? certified)
    {
        using var phone = Phone(new SampleLicence { DocumentType = shown, SignedDocumentType = certified });
        Assert.Equal(MdocFault.WrongDocumentType, Check(phone).Fault);
    }

    [Fact]
    public void Two_documents_and_none_are_refused()
    {
        using var two = Phone();
        two.Copies = 2;
        using var none = Phone();
        none.Licence = null;
        Assert.Equal(MdocFault.SeveralDocuments, Check(two).Fault);
        Assert.Equal(MdocFault.NoDocument, Check(none).Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_phone_that_answered_another_session_is_not_at_this_till(bool mac)
    {
        using var phone = Phone();
        phone.AuthenticatesByMac = mac;
        phone.SeesTranscript = transcript => [.. transcript[..^1], 0xf7];
        Assert.Equal(MdocFault.DeviceAuthenticationInvalid, Check(phone).Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_licence_copied_to_another_phone_is_refused(bool mac)
    {
        using var victim = Phone();
        using var thief = Phone();
        thief.AuthenticatesByMac = mac;
        using var session = Open(thief);
        using var reader = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        // The victim's document with the thief's authentication, which is all the thief can make.
        var genuine = DeviceResponse.Read(victim.Respond(session.Transcript.Encoded, reader.PublicKey))[0];
        var forged = thief.Answer(session.Establish(DeviceRequest.For(Adult)));
        var own = DeviceResponse.Read(session.Decrypt(forged))[0];
        var answer = Spliced(genuine.IssuerAuth, own, thief.Respond(session.Transcript.Encoded, reader.PublicKey));
        Assert.Equal(MdocFault.DeviceAuthenticationInvalid, Verifier().VerifyResponse(session, answer, Adult).Fault);
    }

    [Fact]
    public void The_answer_to_one_session_says_nothing_in_the_next()
    {
        using var phone = Phone();
        using var first = Open(phone);
        var answer = phone.Answer(first.Establish(DeviceRequest.For(Adult)));
        using var second = Open(phone);
        Assert.Null(Verifier().Verify(first, answer, Adult).Fault);
        Assert.Equal(MdocFault.SessionMismatch, Verifier().Verify(second, answer, Adult).Fault);
    }

    [Fact]
    public void A_root_that_may_not_sign_certificates_is_not_loaded()
    {
        using var signer = _authority.Signer();
        Assert.Throws<ArgumentException>(() => new IssuerRoots([signer], []));
    }

    private static byte[] SayYes(int index, byte[] element) => [.. element[..^1], 0xf5];

    // Puts the victim's issuerAuth in the place of the thief's, which is as long.
    private static byte[] Spliced(ReadOnlyMemory<byte> genuine, SharedDocument own, byte[] response)
    {
        var at = response.AsSpan().IndexOf(DeviceResponse.Read(response)[0].IssuerAuth.Span);
        var tail = response.AsSpan(at + DeviceResponse.Read(response)[0].IssuerAuth.Length);
        Assert.Equal(own.IsMac, DeviceResponse.Read(response)[0].IsMac);
        return [.. response.AsSpan(0, at), .. genuine.Span, .. tail];
    }

    private SamplePhone Phone(SampleLicence? licence = null) => new(_authority.Signer()) { Licence = licence ?? new SampleLicence() };

    private static ReaderSession Open(SamplePhone phone) =>
        ReaderSession.Open(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), phone.Engagement, new byte[] { 0xf6 });

    private MdocVerifier Verifier(IssuerRoots? roots = null) => new(roots ?? _authority.Roots(), new FakeTimeProvider(Now));

    private MdocVerdict Check(SamplePhone phone, IdentityPolicy? policy = null, IssuerRoots? roots = null)
    {
        using var session = Open(phone);
        var answer = phone.Answer(session.Establish(DeviceRequest.For(policy ?? Adult)));
        return Verifier(roots).Verify(session, answer, policy ?? Adult);
    }
}
