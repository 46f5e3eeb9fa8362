namespace Marquee.Local.Durable.Engine;

/// <summary>Counts what is under way, so that a test (or a clock that jumps) can wait until nothing is.</summary>
internal sealed class WorkTracker
{
    private readonly object _gate = new();
    private TaskCompletionSource? _idle;
    private long _count;

    public void Enter()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    public void Exit()
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            if (--_count == 0)
            {
                (idle, _idle) = (_idle, null);
            }
        }

        idle?.TrySetResult();
    }

    /// <summary>Completes when nothing is under way.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            return _count == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
