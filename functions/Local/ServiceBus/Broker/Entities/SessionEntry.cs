namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>A session in memory. Changed under its entity's lock only.</summary>
internal sealed class SessionEntry(string id)
{
    public string Id { get; } = id;

    /// <summary>Sequence numbers of messages that wait for the session's receiver.</summary>
    public SortedSet<long> Available { get; } = [];

    /// <summary>Messages that the session's receiver holds.</summary>
    public HashSet<StoredMessage> Held { get; } = [];

    /// <summary>The receiver that has the session locked.</summary>
    public IConsumer? Owner { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public byte[]? State { get; set; }

    public bool IsIdle => Owner is null && State is null && Available.Count == 0 && Held.Count == 0;
}

/// <summary>A session that a receiver got.</summary>
internal sealed record SessionGrant(string SessionId, DateTimeOffset LockedUntil);

/// <summary>A receiver that wants a session.</summary>
internal sealed class SessionWaiter(IConsumer consumer, Action<SessionGrant?, BrokerError?> done)
{
    private ITimer? _timer;
    private Action? _stop;

    public IConsumer Consumer { get; } = consumer;

    /// <summary>Stops waiting. An answer that is being given is waited for; after that none comes.</summary>
    public void Cancel()
    {
        _timer?.Dispose();
        _stop?.Invoke();
    }

    internal void Wait(MessageQueue queue, LinkedListNode<SessionWaiter> node, TimeProvider time, TimeSpan wait)
    {
        _stop = () => queue.StopWaiting(node, timedOut: false);
        _timer = time.CreateTimer(_ => queue.StopWaiting(node, timedOut: true), null, wait, Timeout.InfiniteTimeSpan);
    }

    internal void Answer(SessionGrant? grant, BrokerError refusal)
    {
        _timer?.Dispose();
        done(grant, grant is null ? refusal : null);
    }
}
