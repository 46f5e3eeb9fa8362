using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Execution;

/// <summary>The steps whose outcomes the code may wait for.</summary>
/// <remarks>
/// Completions run inline: continuations go to the orchestrator's scheduler all the same, and Task.WhenAny would otherwise be decided on
/// the thread pool.
/// </remarks>
internal sealed class PendingSteps
{
    private readonly Dictionary<int, TaskCompletionSource<string?>> _sources = [];

    public bool IsEmpty => _sources.Count == 0;

    public bool Contains(int step) => _sources.ContainsKey(step);

    /// <returns>The outcome: the serialized result, or a <see cref="StepFailedException"/>.</returns>
    public Task<string?> Add(int step)
    {
        var source = new TaskCompletionSource<string?>();
        _sources.Add(step, source);
        return source.Task;
    }

    public void Cancel(int step, CancellationToken token)
    {
        if (_sources.Remove(step, out var source))
        {
            source.TrySetCanceled(token);
        }
    }

    /// <returns>False when the step is not pending.</returns>
    public bool TryComplete(StepEvent outcome)
    {
        if (!_sources.Remove(outcome.Step, out var source))
        {
            return false;
        }

        switch (outcome)
        {
            case ActivityCompleted completed:
                source.SetResult(completed.Result);
                break;
            case ChildCompleted completed:
                source.SetResult(completed.Result);
                break;
            case ActivityFailed failed:
                source.SetException(new StepFailedException(failed.Failure));
                break;
            case ChildFailed failed:
                source.SetException(new StepFailedException(failed.Failure));
                break;
            case TimerFired:
                source.SetResult(null);
                break;
            default:
                throw new InvalidOperationException($"Nothing completes {outcome.GetType().Name}.");
        }

        return true;
    }
}
