namespace Marquee.Local.ServiceBus.Wire;

/// <summary>
/// Messages that arrived and callers that wait for them, in order on both sides. It holds no more than was asked of the broker: the
/// callers' demand and the prefetch. No I/O happens here.
/// </summary>
internal sealed class InboundQueue(int prefetchCount)
{
    private readonly LinkedList<ServiceBusReceivedMessage> _ready = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly Lock _lock = new();

    /// <summary>Messages worth asking for: what callers still want, and the prefetch, less what is here.</summary>
    internal int Demand
    {
        get
        {
            lock (_lock)
                return Math.Max(0, _waiters.Sum(waiter => waiter.Wanted) + prefetchCount - _ready.Count);
        }
    }

    /// <summary>
    /// The least number of messages worth a flow frame: one when a caller waits; otherwise the prefetch is refilled by halves.
    /// </summary>
    internal int LeastGrant => HasWaiters ? 1 : Math.Max(1, (prefetchCount + 1) / 2);

    internal bool HasWaiters
    {
        get
        {
            lock (_lock)
                return _waiters.Count > 0;
        }
    }

    /// <summary>A caller joins the line and takes at once what is ready.</summary>
    internal Waiter Enter(int maxMessages)
    {
        var waiter = new Waiter(maxMessages);
        lock (_lock)
        {
            // Whoever is in line already wants what comes next: nothing is ready then.
            while (waiter.Wanted > 0 && _ready.First is { } first)
            {
                _ready.RemoveFirst();
                waiter.Take(first.Value);
            }

            if (waiter.Wanted > 0)
                _waiters.AddLast(waiter.Node);
        }

        return waiter;
    }

    /// <summary>A caller leaves the line. From here on nothing is added to what it has.</summary>
    internal IReadOnlyList<ServiceBusReceivedMessage> Leave(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node.List is not null)
                _waiters.Remove(waiter.Node);
            return waiter.Taken;
        }
    }

    /// <summary>A message arrived.</summary>
    internal void Add(ServiceBusReceivedMessage message)
    {
        lock (_lock)
        {
            if (_waiters.First is not { } first)
            {
                _ready.AddLast(message);
                return;
            }

            first.Value.Take(message);
            if (first.Value.Wanted == 0)
                _waiters.RemoveFirst();
        }
    }

    /// <summary>Takes out the messages no one waits for that a link brought, to be given back.</summary>
    internal IReadOnlyList<ServiceBusReceivedMessage> RemoveReady(Func<ServiceBusReceivedMessage, bool> which)
    {
        lock (_lock)
        {
            var removed = _ready.Where(which).ToList();
            foreach (var message in removed)
                _ready.Remove(message);
            return removed;
        }
    }

    internal sealed class Waiter
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<ServiceBusReceivedMessage> _taken = [];
        private readonly int _maxMessages;

        internal Waiter(int maxMessages)
        {
            _maxMessages = maxMessages;
            Node = new LinkedListNode<Waiter>(this);
        }

        /// <summary>Completes with the first message.</summary>
        internal Task First => _first.Task;

        /// <summary>Completes when there are as many as were asked for.</summary>
        internal Task Full => _full.Task;

        internal int Wanted => _maxMessages - _taken.Count;

        internal LinkedListNode<Waiter> Node { get; }

        internal IReadOnlyList<ServiceBusReceivedMessage> Taken => _taken;

        internal void Take(ServiceBusReceivedMessage message)
        {
            _taken.Add(message);
            _first.TrySetResult();
            if (Wanted == 0)
                _full.TrySetResult();
        }
    }
}
