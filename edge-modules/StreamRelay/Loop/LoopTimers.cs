namespace Marquee.StreamRelay.Loop;

/// <summary>The loop's periodic work, in order of when it is due. A timer that fell behind runs once and goes on from now.</summary>
internal sealed class LoopTimers
{
    private readonly PriorityQueue<Timer, long> _due = new();

    /// <summary>When the next timer is due, or <see cref="long.MaxValue"/>.</summary>
    public long NextDue => _due.TryPeek(out _, out var at) ? at : long.MaxValue;

    public int Count => _due.Count;

    /// <returns>Disposing it, on the loop, stops the timer.</returns>
    public IDisposable Add(long period, Action<long> tick, long now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(period);
        var timer = new Timer(period, tick);
        _due.Enqueue(timer, now + period);
        return timer;
    }

    public void Run(long now)
    {
        while (_due.TryPeek(out var timer, out var at) && at <= now)
        {
            _due.Dequeue();
            if (timer.IsStopped) continue;
            // Back in before it runs: a tick that throws must not lose its timer.
            _due.Enqueue(timer, at + timer.Period > now ? at + timer.Period : now + timer.Period);
            timer.Tick(now);
        }
    }

    private sealed class Timer(long period, Action<long> tick) : IDisposable
    {
        public long Period => period;

        public Action<long> Tick => tick;

        public bool IsStopped { get; private set; }

        public void Dispose() => IsStopped = true;
    }
}
