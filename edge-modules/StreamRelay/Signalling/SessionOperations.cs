using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>What a PATCH came to: nothing to say (204), a new ICE session (200), or a refusal.</summary>
internal sealed record PatchAnswer(string? Fragment, string? ETag);

/// <summary>Which session a request is about, and by what right.</summary>
/// <param name="IfExpired">The refusal that an expired token means for all sessions but its own; null for one that has not.</param>
internal readonly record struct SessionCall(string StreamId, StreamScope Scope, string SessionId, StreamToken Token, Refusal? IfExpired);

/// <summary>Ends sessions and changes their ICE side.</summary>
internal sealed class SessionOperations(SessionDesk desk)
{
    /// <summary>Null when the session was there and is gone.</summary>
    public async Task<Refusal?> EndAsync(SessionCall call)
    {
        var (_, refusal) = await desk.OnLoopAsync(() =>
        {
            var (session, refused) = Find(call);
            session?.Peer.Close(PeerCloseReason.Local);
            return (session, refused);
        });
        return refusal;
    }

    /// <summary>
    /// Trickle ICE, or an ICE restart (RFC 9725 4.3). A lite agent never sends to a candidate, so those that come are only checked for form.
    /// </summary>
    /// <param name="condition">What If-Match said: <c>*</c>, or the tags that it lists.</param>
    public Task<(PatchAnswer? Answer, Refusal? Refusal)> PatchAsync(
        SessionCall call, IceFragment fragment, IReadOnlyList<string> condition) =>
        desk.OnLoopAsync(() => Patch(call, fragment, condition));

    private (PatchAnswer? Answer, Refusal? Refusal) Patch(SessionCall call, IceFragment fragment, IReadOnlyList<string> condition)
    {
        var (session, refusal) = Find(call);
        if (session is null) return (null, refusal);
        var isAny = condition.Any(tag => tag is "*" or "\"*\"");
        if (!isAny && !condition.Contains(session.ETag, StringComparer.Ordinal)) return (null, SignallingRefusals.PreconditionFailed);
        if (IsOf(session, fragment)) return (new PatchAnswer(null, null), null);
        // Only * asks for a restart: whoever names the ICE session that is believes to be in it.
        if (!isAny || fragment is not { Ufrag: { } ufrag, Password: { } password }) return (null, SignallingRefusals.FragmentUnfit);
        session.Peer.RestartIce(ufrag);
        session.Remote = (ufrag, password);
        var transport = desk.TransportOf(session.Peer.LocalUfrag, session.Peer.LocalPassword, session.Id);
        return (new PatchAnswer(IceFragment.Print(transport, session.Plan.Tracks[0]), session.ETag), null);
    }

    private static bool IsOf(Session session, IceFragment fragment) =>
        (fragment.Ufrag is null || fragment.Ufrag == session.Remote.Ufrag)
        && (fragment.Password is null || fragment.Password == session.Remote.Password);

    private (Session? Session, Refusal? Refusal) Find(SessionCall call)
    {
        var session = desk.Sessions.Find(call.SessionId, call.StreamId, call.Scope);
        // A token that has run out still speaks for the session that it began: its end, and a change of network in mid-show.
        if (call.IfExpired is { } expired && session?.Token.Id != call.Token.Id) return (null, expired);
        return session is null ? (null, SignallingRefusals.UnknownSession) : (session, null);
    }
}
