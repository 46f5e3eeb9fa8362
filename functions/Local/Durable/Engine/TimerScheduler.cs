using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>
/// Fires timers. They live in the store; here is one alarm for the earliest, on the engine's clock. A timer's row goes when a turn has taken
/// in that it fired, so one that fired just before a crash fires again.
/// </summary>
internal sealed class TimerScheduler : IDisposable
{
    // The longest time an alarm is set for: system timers take no more than 49 days, and a clock that is set meanwhile is noticed.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    // Timers read at a time, beside those that have fired and whose turns are not stored yet.
    private const int BatchSize = 500;

    private readonly DurableEngine _engine;
    private readonly object _gate = new();
    private readonly HashSet<long> _fired = [];
    private readonly ITimer _alarm;
    private DateTimeOffset? _alarmAt;
    private bool _isReading;
    private bool _readAgain;
    private bool _stopped;

    public TimerScheduler(DurableEngine engine)
    {
        _engine = engine;
        _alarm = engine.Time.CreateTimer(_ => Read(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>When the earliest timer is due that has not fired; null when there is none.</summary>
    public DateTimeOffset? ReadNextDue()
    {
        lock (_gate)
        {
            return ReadEarliest(1).FirstOrDefault()?.FireAt;
        }
    }

    /// <summary>A timer was stored.</summary>
    public void Added(DateTimeOffset fireAt)
    {
        lock (_gate)
        {
            if (_alarmAt is null || fireAt < _alarmAt)
            {
                SetAlarm(fireAt);
            }
        }
    }

    /// <summary>The turn that took in a timer's firing is stored.</summary>
    public void Done(long timerId)
    {
        lock (_gate)
        {
            _fired.Remove(timerId);
        }
    }

    /// <summary>Looks at the store: fires what is due, and sets the alarm for what is not.</summary>
    public void Read()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _readAgain = _isReading;
            if (_isReading)
            {
                return;
            }

            _isReading = true;
        }

        _engine.Work.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(timers => timers.FireDue(), this, preferLocal: false);
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _alarm.Dispose();

    private void FireDue()
    {
        try
        {
            while (FireBatch())
            {
            }
        }
#pragma warning disable CA1031 // What stops a timer is the store or a fault of ours: the engine must not go on as if nothing were.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _engine.Fail(exception);
        }
        finally
        {
            _engine.Work.Exit();
        }
    }

    /// <returns>Whether there may be more to fire.</returns>
    private bool FireBatch()
    {
        List<DueTimer> due;
        lock (_gate)
        {
            _readAgain = false;
            if (_stopped)
            {
                _isReading = false;
                return false;
            }

            // The lock is held while reading: what is committed later is also added later, and moves the alarm then.
            var earliest = ReadEarliest(BatchSize);
            var now = _engine.Time.GetUtcNow();
            due = [.. earliest.TakeWhile(timer => timer.FireAt <= now)];
            _fired.UnionWith(due.Select(timer => timer.Id));
            if (due.Count == 0)
            {
                SetAlarm(earliest.Count == 0 ? null : earliest[0].FireAt);
                _isReading = _readAgain;
                return _readAgain;
            }
        }

        foreach (var timer in due)
        {
            InboundEvent fired = timer.Step == StoreSchema.StartStep ? new ExecutionStarted() : new TimerFired(timer.Step);
            _engine.Turns.Deliver(timer.Key, new StoredMessage(fired, timer.Execution, MessageOrigin.Timer, timer.Id));
        }

        return true;
    }

    private List<DueTimer> ReadEarliest(int count)
    {
        var limit = _fired.Count + count;
        var earliest = _engine.Store.Read(session => session.EarliestTimers(limit));
        earliest.RemoveAll(timer => _fired.Contains(timer.Id));
        return earliest;
    }

    private void SetAlarm(DateTimeOffset? due)
    {
        _alarmAt = due;
        if (due is not { } at || _stopped)
        {
            return;
        }

        // Rounded up to whole milliseconds, which is what system timers count in: an alarm that rings early finds nothing due.
        var wait = at - _engine.Time.GetUtcNow();
        var milliseconds = Math.Ceiling(Math.Clamp(wait.TotalMilliseconds, 0, MaxWait.TotalMilliseconds));
        _alarm.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
