namespace Marquee.Local.Durable.Execution;

/// <summary>
/// Runs the continuations of one orchestrator, one after the other, on the thread that runs its turn. A continuation that comes from any
/// other thread is one that waited for something which is not durable; it is refused and reported, because a replay could not repeat it.
/// </summary>
/// <param name="onForeignContinuation">Called on the offending thread.</param>
internal sealed class OrchestratorScheduler(Action onForeignContinuation) : TaskScheduler
{
    private readonly Queue<Task> _queue = new();
    private int _turnThread;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether the caller is the orchestrator's own code, in a turn.</summary>
    public bool IsOnTurnThread => Volatile.Read(ref _turnThread) == Environment.CurrentManagedThreadId;

    /// <summary>Does something that may wake the orchestrator, then runs the orchestrator until it waits again.</summary>
    public void Run(Action wake)
    {
        Volatile.Write(ref _turnThread, Environment.CurrentManagedThreadId);
        try
        {
            wake();
            while (_queue.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }
        }
        finally
        {
            Volatile.Write(ref _turnThread, 0);
        }
    }

    /// <summary>Reports that something which is not durable reached the orchestrator from another thread.</summary>
    public void Refuse() => onForeignContinuation();

    protected override void QueueTask(Task task)
    {
        if (IsOnTurnThread)
        {
            _queue.Enqueue(task);
        }
        else
        {
            Refuse();
        }
    }

    // Inline only what the orchestrator's own code starts. What an event wakes is queued, so that the order never depends on the thread.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        IsOnTurnThread && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];
}
