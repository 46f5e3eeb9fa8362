using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Sessions: one receiver at a time has a session's messages, in order, until it closes or its lock runs out.</summary>
internal sealed partial class MessageQueue
{
    private readonly Dictionary<string, SessionEntry> _sessions = new(StringComparer.Ordinal);
    private readonly DeadlineSet<string> _sessionExpiries = new();
    private readonly LinkedList<SessionWaiter> _waiters = new();

    /// <summary>
    /// Locks a session for a receiver: the named one, or (null) the next one that has messages, waiting for it up to
    /// <paramref name="wait"/>. The answer may come at once or later; after <see cref="SessionWaiter.Cancel"/> it does not come.
    /// </summary>
    public SessionWaiter AcceptSession(string? sessionId, IConsumer consumer, TimeSpan wait, Action<SessionGrant?, BrokerError?> done)
    {
        var waiter = new SessionWaiter(consumer, done);
        lock (_gate)
        {
            ProcessDue();
            if (sessionId is not null)
            {
                var entry = Session(sessionId);
                waiter.Answer(entry.Owner is null ? Grant(entry, consumer) : null, BrokerError.SessionLocked(sessionId));
            }
            else if (NextReadySession() is { } ready)
            {
                waiter.Answer(Grant(ready, consumer), BrokerError.AcceptTimeout);
            }
            else if (_waiters.Count >= _context.Limits.MaxSessionWaiters)
            {
                waiter.Answer(null, BrokerError.Busy);
            }
            else
            {
                waiter.Wait(this, _waiters.AddLast(waiter), _context.Time, wait);
            }

            ArmTimer();
        }

        return waiter;
    }

    /// <summary>The receiver closed: the session is free, and what it held comes again without being counted.</summary>
    public void ReleaseSession(string sessionId, IConsumer consumer)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(sessionId, out var entry) || entry.Owner != consumer)
                return;
            Free(entry, message =>
            {
                Writer.PostLazily(new UpdateMessage(message.Key, message.State, message.DeliveryCount));
                Place(message);
            });
            ProcessDue();
            Dispatch();
            ArmTimer();
        }
    }

    /// <summary>The new end of the session's lock, or the refusal where <paramref name="mayHold"/> does not own it.</summary>
    public (DateTimeOffset LockedUntil, BrokerError? Error) RenewSession(string sessionId, Func<IConsumer, bool> mayHold)
    {
        lock (_gate)
        {
            ProcessDue();
            if (Owned(sessionId, mayHold) is not { } entry)
                return (default, BrokerError.SessionLockLost);
            _sessionExpiries.Remove(entry.LockedUntil, entry.Id);
            entry.LockedUntil = Now + _config.LockDuration;
            _sessionExpiries.Add(entry.LockedUntil, entry.Id);
            foreach (var message in entry.Held)
                message.LockedUntil = entry.LockedUntil;
            ArmTimer();
            return (entry.LockedUntil, null);
        }
    }

    public (byte[]? State, BrokerError? Error) GetSessionState(string sessionId, Func<IConsumer, bool> mayHold)
    {
        lock (_gate)
        {
            ProcessDue();
            return Owned(sessionId, mayHold) is { } entry ? (entry.State, null) : (null, BrokerError.SessionLockLost);
        }
    }

    public void SetSessionState(string sessionId, byte[]? state, Func<IConsumer, bool> mayHold, Action<BrokerError?> done)
    {
        var refusal = BrokerError.SessionLockLost;
        lock (_gate)
        {
            ProcessDue();
            if (state?.Length > _context.Limits.MaxSessionStateBytes)
            {
                refusal = BrokerError.Invalid($"A session's state is at most {_context.Limits.MaxSessionStateBytes} bytes.");
            }
            else if (Owned(sessionId, mayHold) is { } entry)
            {
                Writer.Post([new SaveSessionState(_id, sessionId, state)], error =>
                {
                    lock (_gate)
                        entry.State = error is null ? state : entry.State;
                    done(BrokerError.From(error));
                });
                return;
            }
        }

        done(refusal);
    }

    /// <summary>Sessions that have messages or state, in the order of their ids.</summary>
    public IReadOnlyList<string> ListSessions(int skip, int top)
    {
        lock (_gate)
            return [.. _sessions.Values.Where(s => s.Available.Count > 0 || s.Held.Count > 0 || s.State is not null)
                .Select(s => s.Id).Order(StringComparer.Ordinal).Skip(skip).Take(Math.Min(top, _context.Limits.MaxBrowseMessages))];
    }

    internal void StopWaiting(LinkedListNode<SessionWaiter> node, bool timedOut)
    {
        lock (_gate)
        {
            if (node.List is null)
                return;
            _waiters.Remove(node);
            if (timedOut)
                node.Value.Answer(null, BrokerError.AcceptTimeout);
        }
    }

    private SessionEntry Session(string id)
    {
        if (!_sessions.TryGetValue(id, out var entry))
            _sessions.Add(id, entry = new SessionEntry(id));
        return entry;
    }

    private void ForgetIfIdle(string? id)
    {
        if (id is not null && _sessions.TryGetValue(id, out var entry) && entry.IsIdle)
            _sessions.Remove(id);
    }

    private SessionEntry? Owned(string id, Func<IConsumer, bool> mayHold) =>
        _sessions.TryGetValue(id, out var entry) && entry.Owner is { } owner && mayHold(owner) ? entry : null;

    // The free session whose first message is the oldest.
    private SessionEntry? NextReadySession() =>
        _sessions.Values.Where(s => s.Owner is null && s.Available.Count > 0).MinBy(s => s.Available.Min);

    private SessionGrant Grant(SessionEntry entry, IConsumer consumer)
    {
        entry.Owner = consumer;
        entry.LockedUntil = Now + _config.LockDuration;
        _sessionExpiries.Add(entry.LockedUntil, entry.Id);
        return new SessionGrant(entry.Id, entry.LockedUntil);
    }

    private void DispatchSessions()
    {
        while (_waiters.First is { } first && NextReadySession() is { } ready)
        {
            _waiters.RemoveFirst();
            first.Value.Answer(Grant(ready, first.Value.Consumer), BrokerError.AcceptTimeout);
        }

        // A copy: a delivery that finds its link gone frees the session.
        foreach (var entry in _sessions.Values.Where(s => s.Owner is not null && s.Available.Count > 0).ToList())
        {
            while (entry.Owner is { } owner && entry.Available.Count > 0 && owner.TryReserve())
            {
                if (!DeliverNext(entry.Available, owner))
                    break;
            }
        }
    }

    private SessionEntry? HoldInSession(StoredMessage message)
    {
        if (!_config.RequiresSession || message.SessionId is not { } id || Session(id) is not { Owner: not null } entry)
            return null;
        entry.Held.Add(message);
        return entry;
    }

    // The lock ran out: what was held counts as failed, and the link ends.
    private void LoseSession(SessionEntry entry)
    {
        var owner = entry.Owner;
        Free(entry, Failed);
        owner?.Close(BrokerError.SessionLockLost);
    }

    private void Free(SessionEntry entry, Action<StoredMessage> putBack)
    {
        entry.Owner = null;
        _sessionExpiries.Remove(entry.LockedUntil, entry.Id);
        foreach (var message in entry.Held.OrderBy(m => m.Sequence).ToList())
        {
            Unlock(message);
            putBack(message);
        }

        ForgetIfIdle(entry.Id);
    }
}
