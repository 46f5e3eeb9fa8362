namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>One timer that rings at the earliest of changing due times.</summary>
internal sealed class DueTimer : IDisposable
{
    // What a timer accepts at most is near 49 days; a longer wait is cut into days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset? _due;

    public DueTimer(TimeProvider time, Action ring)
    {
        _time = time;
        _timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Rings at <paramref name="due"/>, perhaps also sooner; null rings no more. Called under the owner's lock.</summary>
    public void Set(DateTimeOffset? due)
    {
        if (due == _due)
            return;
        _due = due;
        if (due is null)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = due.Value - _time.GetUtcNow();
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Forgets what was set, so that the next <see cref="Set"/> arms the timer again. Called when it has rung.</summary>
    public void Rung() => _due = null;

    public void Dispose() => _timer.Dispose();
}
