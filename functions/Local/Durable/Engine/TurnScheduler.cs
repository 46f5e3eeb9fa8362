using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>
/// Gives turns to instances that have messages: one at a time to each instance, and to so many instances at once. A turn counts against
/// that number while its code runs, not while it is being stored.
/// </summary>
/// <remarks>The queue of instances holds each instance that has messages once; what they have to do is in the store.</remarks>
internal sealed class TurnScheduler(DurableEngine engine, TurnRunner runner)
{
    private readonly object _gate = new();
    private readonly Dictionary<long, InstanceEntry> _entries = [];
    private readonly Queue<InstanceEntry> _queued = new();
    private readonly WarmInstances _warm = new(engine.Options.MaxWarmInstances);
    private int _running;
    private bool _started;
    private bool _stopped;

    /// <summary>Wakes an instance with a message that is durable, or can be made again.</summary>
    public void Deliver(long key, StoredMessage message)
    {
        lock (_gate)
        {
            var entry = Entry(key);
            entry.Add(message);
            Wake(entry);
        }
    }

    /// <summary>Wakes an instance whose messages are in the store.</summary>
    public void DeliverFromStore(long key)
    {
        lock (_gate)
        {
            var entry = Entry(key);
            entry.AddFromStore();
            Wake(entry);
        }
    }

    /// <summary>Starts an execution that was just stored.</summary>
    public void Begin(InstanceRecord instance, IReadOnlyList<TurnRecord> history)
    {
        lock (_gate)
        {
            var entry = Entry(instance.Key);
            entry.Fresh = new FreshExecution(instance, history);
            entry.Add(new StoredMessage(new ExecutionStarted(), instance.Execution));
            Wake(entry);
        }
    }

    /// <summary>The turn is durable. The instance may have its next.</summary>
    public void Finished(InstanceEntry entry, TurnDone? turn)
    {
        lock (_gate)
        {
            if (turn?.Next is { } next)
            {
                entry.Fresh = new FreshExecution(next, turn.CarriedOver is { } carriedOver ? [carriedOver] : []);
                entry.Add(new StoredMessage(new ExecutionStarted(), next.Execution));
            }

            KeepWarm(entry);
            entry.State = EntryState.Idle;
            if (entry.HasMessages)
            {
                Wake(entry);
            }
            else
            {
                Forget(entry);
            }
        }

        engine.Work.Exit();
    }

    /// <summary>Begins to give turns. Before that, instances only queue.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            RunNext();
        }
    }

    /// <summary>Gives no more turns. Those that run are stored.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            while (_queued.TryDequeue(out var entry))
            {
                entry.State = EntryState.Idle;
                engine.Work.Exit();
            }
        }
    }

    private InstanceEntry Entry(long key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry = new InstanceEntry(key);
        }

        return entry;
    }

    private void Wake(InstanceEntry entry)
    {
        if (entry.State != EntryState.Idle || _stopped)
        {
            return;
        }

        engine.Work.Enter();
        entry.State = EntryState.Queued;
        _queued.Enqueue(entry);
        RunNext();
    }

    private void RunNext()
    {
        while (_started && _running < engine.Options.MaxConcurrentOrchestrators && _queued.TryDequeue(out var entry))
        {
            _running++;
            entry.State = EntryState.Busy;
            ThreadPool.UnsafeQueueUserWorkItem(Run, entry, preferLocal: false);
        }
    }

    private void Run(InstanceEntry entry)
    {
        try
        {
            List<StoredMessage> messages;
            lock (_gate)
            {
                messages = entry.Take(engine.Options.MaxInboxBatch, engine.Store);
            }

            var (write, leftAlone) = runner.Run(entry, messages);
            lock (_gate)
            {
                entry.PutBack(leftAlone);
            }

            engine.Store.Enqueue(write);
        }
#pragma warning disable CA1031 // What stops a turn is the store or a fault of ours: the engine must not go on as if nothing were.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            engine.Fail(exception);
        }

        lock (_gate)
        {
            _running--;
            RunNext();
        }
    }

    private void KeepWarm(InstanceEntry entry)
    {
        if (entry.Execution is { Outcome: null } && _warm.Use(entry) is { } dropped)
        {
            // A turn that is under way holds its execution itself; dropping it here only makes the next turn replay.
            dropped.Execution = null;
            Forget(dropped);
        }
        else if (entry.Execution is not { Outcome: null })
        {
            entry.Execution = null;
            _warm.Forget(entry);
        }
    }

    private void Forget(InstanceEntry entry)
    {
        if (entry is { State: EntryState.Idle, HasMessages: false, Execution: null })
        {
            _entries.Remove(entry.Key);
        }
    }
}
