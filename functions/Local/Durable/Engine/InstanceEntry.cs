using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>
/// An instance that has something to do, or whose code is kept alive: its messages and where it stands. All of it is guarded by the lock
/// of <see cref="TurnScheduler"/>.
/// </summary>
/// <remarks>
/// Of the messages that have rows in the inbox at most <see cref="MaxQueuedMessages"/> are held here; when more come, they are read from the
/// store once these have been taken. Outcomes of activities and timers are no more than the steps that wait for them.
/// </remarks>
internal sealed class InstanceEntry(long key)
{
    private const int MaxQueuedMessages = 1_000;

    private readonly LinkedList<StoredMessage> _messages = new();
    private long _lastSeq;
    private bool _moreInStore;

    public long Key { get; } = key;

    public EntryState State { get; set; }

    /// <summary>The live execution, if it is kept. Owned by the turn while one runs.</summary>
    public OrchestrationExecution? Execution { get; set; }

    /// <summary>What a turn would otherwise have to read first: an execution that was created a moment ago.</summary>
    public FreshExecution? Fresh { get; set; }

    public bool HasMessages => _messages.Count > 0 || _moreInStore;

    public void Add(StoredMessage message)
    {
        if (message.Origin == MessageOrigin.Inbox)
        {
            if (_moreInStore || _messages.Count >= MaxQueuedMessages)
            {
                _moreInStore = true;
                return;
            }

            _lastSeq = message.OriginId;
        }

        _messages.AddLast(message);
    }

    /// <summary>Messages wait in the store.</summary>
    public void AddFromStore() => _moreInStore = true;

    /// <summary>Puts back what a turn took and left alone.</summary>
    public void PutBack(IReadOnlyList<StoredMessage> messages)
    {
        for (var index = messages.Count - 1; index >= 0; index--)
        {
            _messages.AddFirst(messages[index]);
        }
    }

    public List<StoredMessage> Take(int limit, DurableStore store)
    {
        if (_messages.Count == 0 && _moreInStore)
        {
            // Nothing can be added meanwhile: the lock is held, and what is committed later is also added later.
            foreach (var message in store.Read(session => session.Inbox(Key, _lastSeq, MaxQueuedMessages)))
            {
                _messages.AddLast(message);
                _lastSeq = message.OriginId;
            }

            _moreInStore = _messages.Count == MaxQueuedMessages;
        }

        var taken = new List<StoredMessage>(Math.Min(limit, _messages.Count));
        while (taken.Count < limit && _messages.First is { } first)
        {
            taken.Add(first.Value);
            _messages.RemoveFirst();
        }

        return taken;
    }
}

/// <summary>An execution that was just stored, with what its history begins with.</summary>
internal sealed record FreshExecution(InstanceRecord Instance, IReadOnlyList<TurnRecord> History);

internal enum EntryState
{
    /// <summary>Nothing to do.</summary>
    Idle,

    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Its turn runs or is being stored.</summary>
    Busy,
}
