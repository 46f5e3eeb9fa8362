using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;

namespace Marquee.StreamRelay.Tokens;

/// <summary>How a request is told that its token does not let it in (RFC 6750 section 3).</summary>
internal static class TokenRefusals
{
    private const string Realm = "Bearer realm=\"marquee\"";

    public static Refusal Missing { get; } =
        new(StatusCodes.Status401Unauthorized, "token_missing", "A bearer token is needed.") { Challenge = Realm };

    public static Refusal Of(TokenFault fault)
    {
        var (code, title) = fault switch
        {
            TokenFault.Malformed => ("token_malformed", "The token is no stream token."),
            TokenFault.UnknownKey => ("token_key_unknown", "The token is signed with a key that does not count here."),
            TokenFault.WrongSignature => ("token_signature_wrong", "The token's signature does not fit."),
            TokenFault.WrongIssuer => ("token_issuer_wrong", "The token was issued by somebody else."),
            TokenFault.WrongAudience => ("token_audience_wrong", "The token is for other PoPs."),
            TokenFault.NotYetValid => ("token_not_yet_valid", "The token is not valid yet."),
            TokenFault.Expired => ("token_expired", "The token has expired."),
            TokenFault.Revoked => ("token_revoked", "The token was revoked."),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
        };
        return new(StatusCodes.Status401Unauthorized, code, title)
        {
            Challenge = $"{Realm}, error=\"invalid_token\", error_description=\"{title}\"",
        };
    }

    public static Refusal WrongScope(StreamScope wanted)
    {
        var scope = wanted == StreamScope.Publish ? StreamTokenClaims.Publish : StreamTokenClaims.View;
        return new(StatusCodes.Status403Forbidden, "scope_insufficient", $"The token does not let its bearer {scope}.")
        {
            Challenge = $"{Realm}, error=\"insufficient_scope\", scope=\"{scope}\"",
        };
    }

    public static Refusal WrongStream { get; } = new(StatusCodes.Status403Forbidden, "stream_forbidden", "The token is for another stream.")
    {
        Challenge = $"{Realm}, error=\"insufficient_scope\"",
    };

    public static Refusal UnknownStream { get; } = new(StatusCodes.Status404NotFound, "unknown_stream", "This relay knows no such stream.");

    public static Refusal NotOpenYet { get; } = new(StatusCodes.Status409Conflict, "stream_not_open", "The event is not prepared yet.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Refusal Over { get; } = new(StatusCodes.Status410Gone, "stream_over", "The event is over for this stream.");
}
