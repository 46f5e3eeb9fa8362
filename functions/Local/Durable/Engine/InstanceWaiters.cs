namespace Marquee.Local.Durable.Engine;

/// <summary>Those who wait for an instance to start or to end. Each is woken at either, and looks for itself.</summary>
internal sealed class InstanceWaiters
{
    private readonly object _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    /// <summary>Completes at the instance's next change. Ask before looking, so that no change falls between.</summary>
    public Task NextChange(string instanceId)
    {
        lock (_gate)
        {
            if (!_changes.TryGetValue(instanceId, out var change))
            {
                _changes[instanceId] = change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return change.Task;
        }
    }

    public void Notify(string instanceId)
    {
        TaskCompletionSource? change;
        lock (_gate)
        {
            _changes.Remove(instanceId, out change);
        }

        change?.TrySetResult();
    }

    /// <summary>The store has failed: nothing will change any more.</summary>
    public void FailAll(Exception reason)
    {
        lock (_gate)
        {
            foreach (var change in _changes.Values)
            {
                change.TrySetException(reason);
            }

            _changes.Clear();
        }
    }
}
