namespace Marquee.Simulation.Time;

/// <summary>
/// What happens next in a world, on one thread: things due at the same moment come in an order that the seed decides, and the next one only
/// when every continuation of the last has run. For that the process has a single pool thread (see the project file): work that hops to the
/// pool, as channels and semaphores do, queues behind this item there, and an empty pool means that nothing is left to run at this moment.
/// </summary>
internal sealed class Agenda : IThreadPoolWorkItem
{
    private readonly PriorityQueue<Entry, (long Ticks, ulong Lot, long Number)> _entries = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Chance _lots;
    private readonly Action _afterStep;
    private long _number;
    private bool _ended;

    public Agenda(Chance lots, DateTimeOffset start, Action afterStep)
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        if (threads != 1) throw new InvalidOperationException("A simulation needs a process with a single pool thread.");
        (_lots, Start, _afterStep) = (lots, start, afterStep);
    }

    public DateTimeOffset Start { get; }

    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset Now => Start + Elapsed;

    public long Steps { get; private set; }

    /// <summary>A hash over every step so far: two runs of one seed that differ anywhere differ in it.</summary>
    public ulong Trace { get; private set; } = 14695981039346656037UL;

    public Entry In(TimeSpan wait, Action action)
    {
        var entry = new Entry(action);
        var due = Elapsed + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        _entries.Enqueue(entry, (due.Ticks, _lots.Next(), ++_number));
        return entry;
    }

    /// <summary>Waits in virtual time; goes on in the step that ends the wait.</summary>
    public Task WaitAsync(TimeSpan wait)
    {
        var over = new TaskCompletionSource();
        In(wait, over.SetResult);
        return over.Task;
    }

    /// <summary>Runs until <see cref="End"/> is called.</summary>
    public Task RunAsync()
    {
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return _done.Task;
    }

    public void End(Exception? failure = null)
    {
        if (_ended) return;
        _ended = true;
        if (failure is null) _done.TrySetResult();
        else _done.TrySetException(failure);
    }

    /// <summary>Takes something that happened into the trace.</summary>
    public void Note(ulong what) => Trace = (Trace ^ what) * 1099511628211UL;

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (!_ended)
            {
                if (ThreadPool.PendingWorkItemCount > 0)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }

                if (Steps > 0) _afterStep();
                if (_ended) return;
                Step();
            }
        }
#pragma warning disable CA1031 // Whatever a step throws ends the world and is its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            End(e);
        }
    }

    private void Step()
    {
        Entry? entry;
        (long Ticks, ulong Lot, long Number) due;
        do
        {
            if (!_entries.TryDequeue(out entry, out due)) throw new InvalidOperationException("Nothing is left to happen, and the world has not ended.");
        }
        while (entry.IsCancelled);

        Elapsed = TimeSpan.FromTicks(Math.Max(due.Ticks, Elapsed.Ticks));
        Steps++;
        Note((ulong)due.Ticks);
        Note((ulong)due.Number);
        entry.Run();
    }

    internal sealed class Entry(Action action)
    {
        public bool IsCancelled { get; private set; }

        public void Cancel() => IsCancelled = true;

        public void Run()
        {
            IsCancelled = true;
            action();
        }
    }
}
