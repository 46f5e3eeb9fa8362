using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Marquee.App.Streams;

/// <summary>What a token is to allow: one stream, at the PoPs named, for a time.</summary>
public sealed record StreamGrant(StreamId Stream, StreamScope Scope, IReadOnlyList<string> PopIds, bool MayTakeOver, TimeSpan Lifetime);

/// <summary>A token, once: <paramref name="Token"/> is not kept anywhere.</summary>
public sealed record SignedToken(string Id, string Token, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>Signs tokens that a relay verifies by itself (<see cref="StreamTokenClaims"/>).</summary>
public sealed class StreamTokens(SigningKeys keys, IOptions<StreamSettings> settings, TimeProvider time, Func<string> nextId)
{
    /// <summary>The longest that a token may live. Revocations of streams are kept as long.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(14);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Null while no key may sign.</summary>
    public SignedToken? Sign(StreamGrant grant)
    {
        // To the millisecond, so that a revocation can fall between two tokens of a second.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (keys.Current(now) is not { } credentials)
        {
            return null;
        }

        var (id, expires) = (nextId(), now + grant.Lifetime);
        var claims = new Dictionary<string, object>
        {
            ["iss"] = settings.Value.Issuer,
            ["aud"] = grant.PopIds,
            ["sub"] = grant.Stream.ToString(),
            ["jti"] = id,
            ["iat"] = now.ToUnixTimeSeconds(),
            [StreamTokenClaims.IssuedAtMilliseconds] = now.ToUnixTimeMilliseconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
            [StreamTokenClaims.Scope] = grant.Scope == StreamScope.Publish ? StreamTokenClaims.Publish : StreamTokenClaims.View,
        };
        if (grant.MayTakeOver)
        {
            claims[StreamTokenClaims.TakeOver] = true;
        }

        var header = new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = StreamTokenClaims.Type };
        var token = _handler.CreateToken(JsonSerializer.Serialize(claims), credentials, header);
        return new SignedToken(id, token, now, expires);
    }
}
