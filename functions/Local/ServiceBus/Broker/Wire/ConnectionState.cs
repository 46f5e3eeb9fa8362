using Amqp.Listener;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Security;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>What a connection has put down: its tokens, the links that live on them, and its reply links.</summary>
internal sealed class ConnectionState : IDisposable
{
    private const string Key = "marquee-state";

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly BrokerLimits _limits;
    private readonly DueTimer _expiry;
    private readonly Dictionary<string, Grant> _grants = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<ListenerLink, Need> _links = [];
    private readonly Dictionary<string, ReplyEndpoint> _replies = new(StringComparer.Ordinal);

    private ConnectionState(TimeProvider time, BrokerLimits limits)
    {
        _time = time;
        _limits = limits;
        _expiry = new DueTimer(time, CloseExpired);
    }

    /// <summary>The connection's state, made at its first link.</summary>
    public static ConnectionState Of(ListenerConnection connection, TimeProvider time, BrokerLimits limits)
    {
        lock (connection.Properties)
        {
            if (connection.Properties.TryGetValue(Key, out var known))
                return (ConnectionState)known;
            var state = new ConnectionState(time, limits);
            connection.Properties[Key] = state;
            connection.AddClosedCallback((_, _) => state.Dispose());
            return state;
        }
    }

    /// <summary>Keeps a token's grant; one for the same path replaces the older.</summary>
    public void Add(Grant grant)
    {
        lock (_gate)
        {
            _grants[grant.Path] = grant;
            ArmTimer();
        }
    }

    public bool Allows(string path, AccessRights needed)
    {
        lock (_gate)
            return _grants.Values.Any(g => g.Covers(path, needed, _time.GetUtcNow()));
    }

    /// <summary>Lets a link live while a token covers it. The refusal where none does, or where there are too many links.</summary>
    public BrokerError? Admit(ListenerLink link, string path, AccessRights needed)
    {
        lock (_gate)
        {
            if (_links.Count >= _limits.MaxLinksPerConnection)
                return BrokerError.Quota(path, $"{_limits.MaxLinksPerConnection} links of a connection");
            if (needed != AccessRights.None && !Allows(path, needed))
                return BrokerError.Unauthorized($"Unauthorized access. '{needed}' claim(s) are required on '{path}'.");
            _links[link] = new Need(path, needed);
        }

        link.AddClosedCallback((_, _) =>
        {
            lock (_gate)
                _links.Remove(link);
        });
        return null;
    }

    public void AddReply(ReplyEndpoint reply, params ReadOnlySpan<string?> addresses)
    {
        lock (_gate)
        {
            foreach (var address in addresses)
            {
                if (!string.IsNullOrEmpty(address))
                    _replies[address] = reply;
            }
        }
    }

    public void RemoveReply(ReplyEndpoint reply)
    {
        lock (_gate)
        {
            foreach (var address in _replies.Where(r => r.Value == reply).Select(r => r.Key).ToList())
                _replies.Remove(address);
        }
    }

    public ReplyEndpoint? FindReply(string? address)
    {
        lock (_gate)
            return address is not null ? _replies.GetValueOrDefault(address) : null;
    }

    public void Dispose() => _expiry.Dispose();

    private void CloseExpired()
    {
        List<ListenerLink> expired;
        lock (_gate)
        {
            _expiry.Rung();
            var now = _time.GetUtcNow();
            foreach (var path in _grants.Where(g => g.Value.Expiry <= now).Select(g => g.Key).ToList())
                _grants.Remove(path);
            expired = [.. _links.Where(l => l.Value.Rights != AccessRights.None && !Allows(l.Value.Path, l.Value.Rights)).Select(l => l.Key)];
            ArmTimer();
        }

        foreach (var link in expired)
            link.Close(TimeSpan.Zero, BrokerError.Unauthorized("ExpiredToken: the token is expired.").ToWire());
    }

    private void ArmTimer() => _expiry.Set(_grants.Count > 0 ? _grants.Values.Min(g => g.Expiry) : null);

    private readonly record struct Need(string Path, AccessRights Rights);
}
