using System.Collections.Concurrent;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marquee.StreamRelay.Tokens;

/// <summary>
/// Verifies tokens without asking anybody: signature (ES256 and nothing else), issuer, audience, type and claims, by the library; time and
/// revocation here, each time, by our clock. A signature is checked once for as long as the token stays among the last ones seen.
/// </summary>
/// <param name="current">The rules that count now.</param>
internal sealed class TokenVerifier(Func<AccessRules> current, string popId, TimeProvider time)
{
    public const int MaxTokenBytes = 4096;
    public const int MaxTokenIdLength = 64;

    /// <summary>By which the cloud's clock and ours may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private static readonly long MaxUnixMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Tokens remembered as well signed; past it all are forgotten and checked again.</summary>
    private const int MaxRemembered = 4096;

    private readonly ConcurrentDictionary<(AccessRules Rules, string Token), StreamToken> _wellSigned = new();
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenBytes };

    public async ValueTask<TokenVerdict> VerifyAsync(string text)
    {
        if (text.Length is 0 or > MaxTokenBytes) return new TokenVerdict(null, TokenFault.Malformed);
        var rules = current();
        var now = time.GetUtcNow();
        if (!_wellSigned.TryGetValue((rules, text), out var token))
        {
            (token, var fault) = await CheckAsync(rules, text, now);
            if (token is null) return new TokenVerdict(null, fault);
            Remember(rules, text, token);
        }
        if (rules.FindKey(token.KeyId, now, Skew) is null) return new TokenVerdict(null, TokenFault.UnknownKey);
        if (rules.IsRevoked(token)) return new TokenVerdict(null, TokenFault.Revoked);
        if (now < token.NotBefore - Skew || token.IssuedAt > now + Skew) return new TokenVerdict(null, TokenFault.NotYetValid);
        return new TokenVerdict(token, now >= token.ExpiresAt + Skew ? TokenFault.Expired : null);
    }

    private async Task<TokenVerdict> CheckAsync(AccessRules rules, string text, DateTimeOffset now)
    {
        var result = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [StreamTokenClaims.Type],
            ValidIssuer = rules.Issuer,
            ValidAudiences = [popId, StreamTokenClaims.AnyPop],
            IssuerSigningKeyResolver = (_, _, kid, _) => rules.FindKey(kid, now, Skew) is { } key ? [key.Key] : [],
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            // By our clock, which tests move, and after the signature: whose token has run out is still known by it.
            ValidateLifetime = false,
        });
        if (!result.IsValid) return new TokenVerdict(null, FaultOf(result.Exception));
        var token = Read((JsonWebToken)result.SecurityToken);
        return new TokenVerdict(token, token is null ? TokenFault.Malformed : null);
    }

    private void Remember(AccessRules rules, string text, StreamToken token)
    {
        if (_wellSigned.Count >= MaxRemembered) _wellSigned.Clear();
        _wellSigned[(rules, text)] = token;
    }

    private static TokenFault FaultOf(Exception? failure) => failure switch
    {
        SecurityTokenSignatureKeyNotFoundException => TokenFault.UnknownKey,
        SecurityTokenInvalidSignatureException => TokenFault.WrongSignature,
        SecurityTokenInvalidIssuerException => TokenFault.WrongIssuer,
        SecurityTokenInvalidAudienceException => TokenFault.WrongAudience,
        _ => TokenFault.Malformed,
    };

    private static StreamToken? Read(JsonWebToken jwt)
    {
        if (jwt.Id is not { Length: > 0 and <= MaxTokenIdLength } || !StreamId.TryParse(jwt.Subject, out var stream)) return null;
        if (Moment(jwt, StreamTokenClaims.IssuedAtMilliseconds, 1) is not { } issued) return null;
        if (Moment(jwt, "nbf") is not { } notBefore || Moment(jwt, "exp") is not { } expires || expires <= notBefore) return null;
        StreamScope? scope = Claim<string>(jwt, StreamTokenClaims.Scope) switch
        {
            StreamTokenClaims.Publish => StreamScope.Publish,
            StreamTokenClaims.View => StreamScope.View,
            _ => null,
        };
        return scope is null ? null : new StreamToken
        {
            Id = jwt.Id,
            Stream = stream,
            Scope = scope.Value,
            MayTakeOver = scope == StreamScope.Publish && Claim<bool>(jwt, StreamTokenClaims.TakeOver),
            IssuedAt = issued,
            NotBefore = notBefore,
            ExpiresAt = expires,
            KeyId = jwt.Kid,
        };
    }

    /// <summary>A time past the calendar is none.</summary>
    private static DateTimeOffset? Moment(JsonWebToken jwt, string name, long unitMilliseconds = 1000)
    {
        var count = Claim<long>(jwt, name);
        return count > 0 && count <= MaxUnixMilliseconds / unitMilliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(count * unitMilliseconds)
            : null;
    }

    private static T? Claim<T>(JsonWebToken jwt, string name)
    {
        try
        {
            return jwt.TryGetPayloadValue<T>(name, out var value) ? value : default;
        }
        catch (Exception e) when (e is ArgumentException or InvalidCastException or FormatException or JsonException or OverflowException)
        {
            return default;
        }
    }
}
