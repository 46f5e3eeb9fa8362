using Marquee.Domain.Streams;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>
/// The sessions by their id, on the loop only. One for each peer that came by signalling, so the bound on peers is theirs as well; each goes
/// with its peer.
/// </summary>
internal sealed class SessionTable
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public int Count => _sessions.Count;

    public void Add(Session session) => _sessions.Add(session.Id, session);

    public void Remove(string id) => _sessions.Remove(id);

    /// <summary>The session of that id when it is one of that stream and kind.</summary>
    public Session? Find(string id, string streamId, StreamScope scope) =>
        _sessions.TryGetValue(id, out var session) && session.StreamId == streamId && session.Scope == scope ? session : null;

    /// <summary>Ends the sessions that the condition names.</summary>
    public int Close(Func<Session, bool> which)
    {
        var ended = _sessions.Values.Where(which).ToList();
        foreach (var session in ended) session.Peer.Close(PeerCloseReason.Local);
        return ended.Count;
    }

    public int CloseRevoked(AccessRules rules) => Close(session => rules.IsRevoked(session.Token));
}
