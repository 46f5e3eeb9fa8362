namespace Marquee.Local.Durable.Execution;

/// <summary>
/// External events and those who wait for them, by name without regard to case: the first event goes to the first waiter. Waiters that
/// were cancelled are passed over.
/// </summary>
/// <remarks>
/// The official worker gives an event to the waiter that came last. The two differ only when several waits for one name are open at once:
/// cancel a wait that is no longer wanted, and both behave alike.
/// </remarks>
internal sealed class ExternalEvents
{
    private readonly Dictionary<string, Queue<string?>> _unclaimed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, LinkedList<TaskCompletionSource<string?>>> _waiters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of events that nobody has waited for yet, over all names.</summary>
    public int UnclaimedCount => _unclaimed.Values.Sum(queue => queue.Count);

    public bool AnyWaiters => _waiters.Count > 0;

    public void Raise(string name, string? payload)
    {
        if (_waiters.TryGetValue(name, out var waiters))
        {
            var first = waiters.First!.Value;
            Remove(name, waiters, waiters.First);
            first.TrySetResult(payload);
            return;
        }

        if (!_unclaimed.TryGetValue(name, out var queue))
        {
            _unclaimed[name] = queue = new Queue<string?>();
        }

        queue.Enqueue(payload);
    }

    /// <summary>Waits for an event's payload; <paramref name="cancel"/> ends a wait that is still open.</summary>
    public Task<string?> Wait(string name, out Action<CancellationToken>? cancel)
    {
        cancel = null;
        if (_unclaimed.TryGetValue(name, out var queue))
        {
            var payload = queue.Dequeue();
            if (queue.Count == 0)
            {
                _unclaimed.Remove(name);
            }

            return Task.FromResult(payload);
        }

        if (!_waiters.TryGetValue(name, out var waiters))
        {
            _waiters[name] = waiters = new LinkedList<TaskCompletionSource<string?>>();
        }

        var source = new TaskCompletionSource<string?>();
        var node = waiters.AddLast(source);
        cancel = token =>
        {
            if (node.List is { } list)
            {
                Remove(name, list, node);
                source.TrySetCanceled(token);
            }
        };
        return source.Task;
    }

    /// <summary>The events that nobody has waited for, those of each name in the order in which they came.</summary>
    public IEnumerable<(string Name, string? Payload)> Unclaimed() =>
        _unclaimed.SelectMany(pair => pair.Value.Select(payload => (pair.Key, payload)));

    private void Remove(
        string name, LinkedList<TaskCompletionSource<string?>> waiters, LinkedListNode<TaskCompletionSource<string?>> node)
    {
        waiters.Remove(node);
        if (waiters.Count == 0)
        {
            _waiters.Remove(name);
        }
    }
}
