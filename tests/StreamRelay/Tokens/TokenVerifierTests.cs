using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Marquee.StreamRelay.Tests.Tokens;

public sealed class TokenVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly TokenIssuer _issuer = new();
    private readonly TokenVerifier _verifier;
    private AccessRules _rules;

    public TokenVerifierTests()
    {
        _rules = AccessRules.Read(_issuer.Access()).Rules!;
        _verifier = new TokenVerifier(() => _rules, "berlin", _time);
    }

    public void Dispose() => _issuer.Dispose();

    [Fact]
    public async Task A_good_token_says_what_it_allows()
    {
        var (token, fault) = await _verifier.VerifyAsync(_issuer.Sign(Claims("publish", takeOver: true)));
        Assert.Null(fault);
        Assert.Equal(("watch-night.cellar", StreamScope.Publish, true), (token!.Stream.ToString(), token.Scope, token.MayTakeOver));
        Assert.Equal((Now, Now.AddHours(1)), (token.IssuedAt, token.ExpiresAt));
    }

    [Fact]
    public async Task A_viewer_never_takes_over() =>
        Assert.False((await _verifier.VerifyAsync(_issuer.Sign(Claims("view", takeOver: true)))).Token!.MayTakeOver);

    [Theory]
    [InlineData("iss", "somebody", nameof(TokenFault.WrongIssuer))]
    [InlineData("aud", "porto", nameof(TokenFault.WrongAudience))]
    [InlineData("sub", "watch night", nameof(TokenFault.Malformed))]
    [InlineData("sub", "", nameof(TokenFault.Malformed))]
    [InlineData("scope", "publish view", nameof(TokenFault.Malformed))]
    [InlineData("scope", "", nameof(TokenFault.Malformed))]
    [InlineData("jti", "", nameof(TokenFault.Malformed))]
    [InlineData("nbf", "soon", nameof(TokenFault.Malformed))]
    [InlineData("iat_ms", 0, nameof(TokenFault.Malformed))]
    [InlineData("exp", 1, nameof(TokenFault.Malformed))]
    [InlineData("exp", long.MaxValue, nameof(TokenFault.Malformed))]
    public async Task A_claim_that_is_not_as_it_must_be_keeps_the_bearer_out(string claim, object value, string expected)
    {
        var claims = Claims("view");
        claims[claim] = value;
        Assert.Equal(new TokenVerdict(null, Enum.Parse<TokenFault>(expected)), await _verifier.VerifyAsync(_issuer.Sign(claims)));
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("sub")]
    [InlineData("scope")]
    [InlineData("jti")]
    [InlineData("nbf")]
    [InlineData("iat_ms")]
    [InlineData("exp")]
    public async Task No_claim_may_be_missing(string claim)
    {
        var claims = Claims("view");
        claims.Remove(claim);
        Assert.Null((await _verifier.VerifyAsync(_issuer.Sign(claims))).Token);
    }

    [Fact]
    public async Task A_token_for_any_pop_counts_here()
    {
        var claims = Claims("view");
        claims["aud"] = StreamTokenClaims.AnyPop;
        Assert.Null((await _verifier.VerifyAsync(_issuer.Sign(claims))).Fault);
    }

    [Fact]
    public async Task Clocks_may_differ_by_a_minute_and_no_more()
    {
        var token = _issuer.Sign(Claims("view"));
        _time.SetUtcNow(Now.AddHours(1).AddSeconds(59));
        Assert.Null((await _verifier.VerifyAsync(token)).Fault);
        _time.SetUtcNow(Now.AddHours(1).AddSeconds(60));
        var late = await _verifier.VerifyAsync(token);
        Assert.Equal(TokenFault.Expired, late.Fault);
        Assert.NotNull(late.Token);

        var ahead = _issuer.Sign(_issuer.Claims("watch-night", "view", Now.AddHours(2)));
        _time.SetUtcNow(Now.AddHours(2).AddSeconds(-61));
        Assert.Equal(TokenFault.NotYetValid, (await _verifier.VerifyAsync(ahead)).Fault);
        _time.SetUtcNow(Now.AddHours(2).AddSeconds(-60));
        Assert.Null((await _verifier.VerifyAsync(ahead)).Fault);
    }

    [Fact]
    public async Task Two_keys_count_beside_each_other_and_one_that_is_gone_does_not()
    {
        using var next = new TokenIssuer { KeyId = "key-2" };
        var (old, young) = (_issuer.Sign(Claims("view")), next.Sign(Claims("view")));
        Assert.Equal(TokenFault.UnknownKey, (await _verifier.VerifyAsync(young)).Fault);
        Use(_issuer.Access(next.PublicKey()));
        Assert.Null((await _verifier.VerifyAsync(old)).Fault);
        Assert.Null((await _verifier.VerifyAsync(young)).Fault);
        Use(next.Access());
        Assert.Equal(TokenFault.UnknownKey, (await _verifier.VerifyAsync(old)).Fault);
        Assert.Null((await _verifier.VerifyAsync(young)).Fault);
    }

    [Fact]
    public async Task A_key_counts_in_its_time_only()
    {
        var key = _issuer.PublicKey(Now.AddMinutes(10), Now.AddMinutes(20));
        Use(_issuer.Access() with { Keys = [key] });
        var token = _issuer.Sign(Claims("view"));
        Assert.Equal(TokenFault.UnknownKey, (await _verifier.VerifyAsync(token)).Fault);
        _time.SetUtcNow(Now.AddMinutes(15));
        Assert.Null((await _verifier.VerifyAsync(token)).Fault);
        _time.SetUtcNow(Now.AddMinutes(22));
        Assert.Equal(TokenFault.UnknownKey, (await _verifier.VerifyAsync(token)).Fault);
    }

    [Fact]
    public async Task Another_key_under_a_known_id_is_found_out_before_and_after_the_id_changes_hands()
    {
        using var impostor = new TokenIssuer();
        var (ours, theirs) = (_issuer.Sign(Claims("view")), impostor.Sign(Claims("view")));
        Assert.Null((await _verifier.VerifyAsync(ours)).Fault);
        Assert.Equal(TokenFault.WrongSignature, (await _verifier.VerifyAsync(theirs)).Fault);
        Use(impostor.Access());
        Assert.Equal(TokenFault.WrongSignature, (await _verifier.VerifyAsync(ours)).Fault);
        Assert.Null((await _verifier.VerifyAsync(theirs)).Fault);
    }

    [Fact]
    public async Task A_revoked_token_does_not_count_though_it_was_seen_before()
    {
        var token = _issuer.Sign(_issuer.Claims("watch-night", "view", Now, id: "lost-phone"));
        Assert.Null((await _verifier.VerifyAsync(token)).Fault);
        Use(_issuer.Access() with { RevokedTokens = [new RevokedToken("lost-phone", Now.AddHours(1))] });
        Assert.Equal(new TokenVerdict(null, TokenFault.Revoked), await _verifier.VerifyAsync(token));
    }

    [Theory]
    [InlineData("watch-night.cellar", "watch-night.cellar", -1, true)]
    [InlineData("watch-night.cellar", "watch-night.cellar", 0, false)]
    [InlineData("watch-night.cellar", "watch-night", -1, false)]
    [InlineData("watch-night", "watch-night.cellar", -1, true)]
    [InlineData("watch-night", "watch-night", -1, true)]
    [InlineData("watch-night", "watch-nights", -1, false)]
    public async Task A_streams_earlier_tokens_are_revoked_to_the_millisecond(string revoked, string stream, int issuedMilliseconds, bool isRevoked)
    {
        Use(_issuer.Access() with { RevokedStreams = [new RevokedStream(revoked, Now)] });
        var token = _issuer.Sign(_issuer.Claims(stream, "view", Now.AddMilliseconds(issuedMilliseconds)));
        Assert.Equal(isRevoked ? TokenFault.Revoked : null, (await _verifier.VerifyAsync(token)).Fault);
    }

    [Fact]
    public async Task A_token_of_another_type_or_algorithm_or_unsigned_does_not_count()
    {
        Assert.Equal(TokenFault.Malformed, (await _verifier.VerifyAsync(_issuer.Sign(Claims("view"), type: "JWT"))).Fault);

        using var rsa = RSA.Create(2048);
        var byRsa = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = _issuer.KeyId }, SecurityAlgorithms.RsaSha256);
        Assert.Null((await _verifier.VerifyAsync(_issuer.Sign(Claims("view"), credentials: byRsa))).Token);

        // The public key as the secret of an HMAC: the classic confusion of algorithms.
        var secret = new SymmetricSecurityKey(_issuer.Key.ExportSubjectPublicKeyInfo()) { KeyId = _issuer.KeyId };
        var byHmac = new SigningCredentials(secret, SecurityAlgorithms.HmacSha256);
        Assert.Null((await _verifier.VerifyAsync(_issuer.Sign(Claims("view"), credentials: byHmac))).Token);

        var parts = _issuer.Sign(Claims("view")).Split('.');
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"stream+jwt","kid":"key-1"}""");
        Assert.Null((await _verifier.VerifyAsync($"{none}.{parts[1]}.")).Token);
        Assert.Null((await _verifier.VerifyAsync($"{parts[0]}.{parts[1]}.")).Token);
    }

    [Fact]
    public async Task A_token_that_was_changed_anywhere_does_not_count()
    {
        var good = _issuer.Sign(Claims("view"));
        await Gen.Select(Gen.Int[0, good.Length - 1], Gen.Char["ABCxyz019-_.=! "]).SampleAsync(async change =>
        {
            var bad = new StringBuilder(good) { [change.Item1] = change.Item2 }.ToString();
            // The last digit of base64 holds bits that decode to nothing: another digit may be the same signature.
            if (bad == good || change.Item1 == good.Length - 1 || good.AsSpan(change.Item1 + 1) is ['.', ..]) return;
            Assert.Null((await _verifier.VerifyAsync(bad)).Token);
        }, iter: 300);
    }

    [Fact]
    public async Task Whatever_comes_as_a_token_is_answered_and_not_let_in() =>
        await Gen.OneOf(
            Gen.String[0, 300],
            Gen.String[Gen.Char["abcXYZ019._-"], 0, 300],
            Gen.Select(Gen.String, Gen.String, Gen.String)
                .Select(p => string.Join('.', Base64UrlEncoder.Encode(p.Item1), Base64UrlEncoder.Encode(p.Item2), p.Item3)),
            Gen.Int[TokenVerifier.MaxTokenBytes, TokenVerifier.MaxTokenBytes + 2].Select(n => new string('a', n)))
        .SampleAsync(async text => Assert.Equal(new TokenVerdict(null, TokenFault.Malformed), Normal(await _verifier.VerifyAsync(text))), iter: 500);

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("MFkw")]
    public void A_key_that_is_none_is_refused_as_a_whole(string publicKey) =>
        Assert.NotNull(AccessRules.Read(_issuer.Access(new StreamKey("key-2", publicKey, Now, null))).Problem);

    [Fact]
    public void Keys_of_another_curve_or_twice_and_too_many_of_anything_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var other = new StreamKey("key-2", Convert.ToBase64String(p384.ExportSubjectPublicKeyInfo()), Now, null);
        Assert.NotNull(AccessRules.Read(_issuer.Access(other)).Problem);
        Assert.NotNull(AccessRules.Read(_issuer.Access(_issuer.PublicKey())).Problem);
        var keys = Enumerable.Range(0, ConfigureStreamAccess.MaxKeys + 1).Select(i => _issuer.PublicKey() with { Id = $"key-{i}" });
        Assert.NotNull(AccessRules.Read(_issuer.Access() with { Keys = [.. keys] }).Problem);
        var tokens = Enumerable.Range(0, ConfigureStreamAccess.MaxRevocations + 1).Select(i => new RevokedToken($"{i}", Now));
        Assert.NotNull(AccessRules.Read(_issuer.Access() with { RevokedTokens = [.. tokens] }).Problem);
        Assert.NotNull(AccessRules.Read(_issuer.Access() with { RevokedStreams = null! }).Problem);
    }

    private Dictionary<string, object> Claims(string scope, bool takeOver = false) =>
        _issuer.Claims("watch-night.cellar", scope, Now, takeOver: takeOver);

    private void Use(ConfigureStreamAccess access) => _rules = AccessRules.Read(access).Rules!;

    /// <summary>Random text may by chance have a header that names no key of ours: kept out all the same.</summary>
    private static TokenVerdict Normal(TokenVerdict verdict) =>
        verdict.Fault == TokenFault.UnknownKey ? new(verdict.Token, TokenFault.Malformed) : verdict;
}
