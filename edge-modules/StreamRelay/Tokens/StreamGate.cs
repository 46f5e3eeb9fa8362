using System.Diagnostics.CodeAnalysis;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Tokens;

/// <summary>A request that was let in, with its token, or the answer that keeps it out.</summary>
internal readonly record struct GateDecision(StreamToken? Token, ConfiguredStream? Event, Refusal? Refusal)
{
    [MemberNotNullWhen(true, nameof(Token), nameof(Event))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsOpen => Refusal is null;
}

/// <summary>
/// Lets requests for a stream in by their token: <c>Authorization: Bearer</c>, or <c>?access_token=</c> where an endpoint allows it because
/// a media element cannot set a header.
/// </summary>
internal sealed class StreamGate(TokenVerifier verifier, StreamBook events)
{
    private const string Scheme = "Bearer ";

    /// <summary>Decides on a request that begins something: the token, the stream it is for, the event and its phase.</summary>
    public async ValueTask<GateDecision> EnterAsync(HttpRequest request, string streamId, StreamScope scope, bool allowQuery = false)
    {
        var (token, refusal) = await TokenAsync(request, streamId, scope, allowExpired: false, allowQuery);
        if (token is null) return new GateDecision(null, null, refusal);
        if (events.Find(token.Stream.EventId) is not { } known) return new GateDecision(null, null, TokenRefusals.UnknownStream);
        return StreamHours.Of(known.Phase, scope) switch
        {
            StreamOpening.Open => new GateDecision(token, known, null),
            StreamOpening.NotYet => new GateDecision(null, null, TokenRefusals.NotOpenYet),
            _ => new GateDecision(null, null, TokenRefusals.Over),
        };
    }

    /// <summary>
    /// Decides on a request to a session that is there: the phase does not matter, and a token that has expired since is given as such, for a
    /// session outlives the token that began it.
    /// </summary>
    public ValueTask<(StreamToken? Token, Refusal? Refusal)> ReturnAsync(HttpRequest request, string streamId, StreamScope scope) =>
        TokenAsync(request, streamId, scope, allowExpired: true, allowQuery: false);

    private async ValueTask<(StreamToken? Token, Refusal? Refusal)> TokenAsync(
        HttpRequest request, string streamId, StreamScope scope, bool allowExpired, bool allowQuery)
    {
        if (Text(request, allowQuery) is not { Length: > 0 } text) return (null, TokenRefusals.Missing);
        var (token, fault) = await verifier.VerifyAsync(text);
        if (token is null) return (null, TokenRefusals.Of(fault!.Value));
        if (!string.Equals(token.Stream.ToString(), streamId, StringComparison.Ordinal)) return (null, TokenRefusals.WrongStream);
        if (token.Scope != scope) return (null, TokenRefusals.WrongScope(scope));
        return fault switch
        {
            null => (token, null),
            TokenFault.Expired when allowExpired => (token, TokenRefusals.Of(TokenFault.Expired)),
            _ => (null, TokenRefusals.Of(fault.Value)),
        };
    }

    private static string? Text(HttpRequest request, bool allowQuery)
    {
        if (request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return value[Scheme.Length..].Trim();
        return allowQuery && request.Query["access_token"] is [{ } parameter] ? parameter : null;
    }
}
