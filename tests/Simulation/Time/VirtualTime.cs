namespace Marquee.Simulation.Time;

/// <summary>A process's clocks: the wall clock is off by a skew that may change, the monotonic one is not. Its timers die with it.</summary>
internal sealed class VirtualTime(Agenda agenda, Life? life = null) : TimeProvider
{
    /// <summary>How far the wall clock is ahead of the world's.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => agenda.Now + Skew;

    public override long GetTimestamp() => agenda.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new AgendaTimer(agenda, life, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class AgendaTimer(Agenda agenda, Life? life, TimerCallback callback, object? state) : ITimer
    {
        private Agenda.Entry? _next;
        private TimeSpan _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed) return false;
            _next?.Cancel();
            _period = period;
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : agenda.In(dueTime, Fire);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            _next?.Cancel();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            if (_disposed || life is { IsOver: true }) return;
            if (_period > TimeSpan.Zero) _next = agenda.In(_period, Fire);
            callback(state);
        }
    }
}
