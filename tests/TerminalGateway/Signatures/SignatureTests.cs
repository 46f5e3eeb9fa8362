using System.Security.Cryptography;
using System.Text;
using Marquee.TerminalGateway.Signatures;
using Microsoft.AspNetCore.Http;

namespace Marquee.TerminalGateway.Tests.Signatures;

public sealed class SignatureTests
{
    // RFC 9421, B.1.3 and B.2.4.
    private const string RfcKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==";

    private const string RfcBase =
        "\"@status\": 200\n\"content-type\": application/json\n"
        + "\"content-digest\": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:\n"
        + "\"content-length\": 23\n"
        + "\"@signature-params\": (\"@status\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-ecc-p256\"";

    private const string RfcSignature = "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void The_standards_own_signature_holds_in_the_form_that_is_checked_here()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(RfcKey), out _);
        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes(RfcBase), Convert.FromBase64String(RfcSignature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void The_standards_own_example_gives_its_signature_base()
    {
        // RFC 9421, B.2.3.
        const string Covered =
            "(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"";
        const string Digest = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Host = new HostString("example.com");
        request.Headers.Date = "Tue, 20 Apr 2021 02:07:55 GMT";
        request.Headers.ContentType = "application/json";
        request.Headers["Content-Digest"] = Digest;
        request.Headers.ContentLength = 18;
        var text = Encoding.ASCII.GetString(SignatureBase.Of(request, "/foo?param=Value&Pet=dog", SignatureInput.Parse("sig-b23=" + Covered)!)!);
        Assert.Equal(
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@query\": ?param=Value&Pet=dog\n\"@authority\": example.com\n"
            + $"\"content-type\": application/json\n\"content-digest\": {Digest}\n\"content-length\": 18\n\"@signature-params\": {Covered}",
            text);
    }

    [Theory]
    [InlineData("till")]
    [InlineData("till=()x")]
    [InlineData("till=(\"@method\"  \"@path\")")]
    [InlineData("till=(\"@method\" \"@method\");created=1")]
    [InlineData("till=(\"@method\");created=1;created=2")]
    [InlineData("till=(\"@query-param\";name=\"x\");created=1")]
    [InlineData("a=(\"@method\");created=1, b=(\"@method\");created=1")]
    [InlineData("till=(\"@method\");created=99999999999999999999")]
    [InlineData("till=(\"@met\\\"hod\");created=1")]
    [InlineData("till=(\"@method\"")]
    public void What_is_not_one_input_in_canonical_form_is_not_read(string text) => Assert.Null(SignatureInput.Parse(text));

    [Fact]
    public void A_signed_request_holds_and_says_its_number()
    {
        var (request, fault) = Check(Sign());
        Assert.Null(fault);
        Assert.Equal(17, request!.Sequence);
    }

    [Fact]
    public void Whatever_is_changed_after_signing_is_noticed()
    {
        Assert.NotNull(Check(Sign(), content: "{\"a\":2}").Fault);
        Assert.NotNull(Check(Sign(), target: "/v1/refunds").Fault);
        Assert.NotNull(Check(Sign(), target: "/v1/sales?x=1").Fault);
        Assert.NotNull(Check(Sign(), keyId: "another").Fault);
        Assert.NotNull(Check(Sign(), change: r => r.Method = "PUT").Fault);
        Assert.NotNull(Check(Sign(), change: r => r.Headers["Terminal-Sequence"] = "18").Fault);
        Assert.NotNull(Check(Sign(), change: r => r.Headers.Remove("Signature")).Fault);
        Assert.NotNull(Check(Sign(), change: r => r.Headers["Signature"] = "till=:AAAA:").Fault);
        Assert.NotNull(Check(Sign(), change: r => r.Headers["Signature-Input"] += ";tag=\"x\"").Fault);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.NotNull(Check(Sign(other)).Fault);
    }

    [Theory]
    [InlineData("@method")]
    [InlineData("@path")]
    [InlineData("content-digest")]
    [InlineData("terminal-sequence")]
    public void A_signature_that_leaves_out_what_decides_is_refused(string component) => Assert.Contains(component, Check(Sign(without: component)).Fault, StringComparison.Ordinal);

    [Fact]
    public void The_same_content_at_another_path_is_another_request() =>
        Assert.NotEqual(Check(Sign()).Request!.ContentHash, Check(Sign(target: "/v1/refunds"), target: "/v1/refunds").Request!.ContentHash);

    private HttpRequest Sign(ECDsa? key = null, string? without = null, string target = "/v1/sales")
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Headers["Content-Digest"] = $"sha-256=:{Convert.ToBase64String(SHA256.HashData("{\"a\":1}"u8))}:";
        request.Headers["Terminal-Sequence"] = "17";
        var components = new[] { "@method", "@path", "content-digest", "terminal-sequence" }.Where(c => c != without);
        request.Headers["Signature-Input"] = $"till=({string.Join(' ', components.Select(c => $"\"{c}\""))});created=1;keyid=\"key\"";
        var signed = SignatureBase.Of(request, target, SignatureInput.Parse(request.Headers["Signature-Input"])!)!;
        var signature = (key ?? _key).SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        request.Headers["Signature"] = $"till=:{Convert.ToBase64String(signature)}:";
        return request;
    }

    private (SignedRequest? Request, string? Fault) Check(
        HttpRequest request, string content = "{\"a\":1}", string target = "/v1/sales", string keyId = "key", Action<HttpRequest>? change = null)
    {
        change?.Invoke(request);
        return RequestSignature.Check(request, target, Encoding.UTF8.GetBytes(content), keyId, _key);
    }
}
