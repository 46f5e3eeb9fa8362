using System.Threading.Channels;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Schedules;

namespace Marquee.Local.Functions.Triggers;

/// <summary>Runs one timer function: one run at a time, on its schedule, at start when it is due or asked to, and by hand.</summary>
internal sealed class TimerListener(
    FunctionDescriptor function,
    TimerTriggerAttribute trigger,
    string scheduleText,
    TimerSchedule schedule,
    TimerStore store,
    FunctionInvoker invoker,
    TimeProvider time)
{
    /// <summary>Timers cannot wait for months at once.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    /// <summary>A second request for a run while one is waiting is the same request.</summary>
    private readonly Channel<bool> _byHand =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public string Name => function.Name;

    /// <summary>Asks for a run now, or right after the one at work.</summary>
    public void RunNow() => _byHand.Writer.TryWrite(true);

    /// <summary>Runs until stopped; a run at work ends first.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        // Below a minute, remembering costs more than a missed run: the same bound as the Functions host's.
        var first = schedule.NextAfter(now);
        var monitored = trigger.UseMonitor && schedule.NextAfter(first) - first >= TimeSpan.FromMinutes(1);
        var state = (monitored ? Remembered() : null) ?? new TimerState(scheduleText, null, first, now);
        if (monitored)
            store.Write(Name, state);
        var pastDue = state.Next < now;
        if (!pastDue && trigger.RunOnStartup)
            RunNow();

        while (!stopping.IsCancellationRequested)
        {
            if (!pastDue && !await DueAsync(state.Next, stopping))
                return;
            var due = pastDue || time.GetUtcNow() >= state.Next ? state.Next : (DateTimeOffset?)null;
            await AttemptAsync(state, monitored, pastDue, stopping);
            now = time.GetUtcNow();
            state = state with { Last = pastDue || due is null ? now : due, Next = schedule.NextAfter(now), Updated = now };
            if (monitored)
                store.Write(Name, state);
            pastDue = false;
        }
    }

    private TimerState? Remembered()
    {
        var state = store.Read(Name);
        return state is null || state.Schedule == scheduleText
            ? state
            // Another schedule than the one the next run was computed with: what counts is what it would have been.
            : state with { Schedule = scheduleText, Next = schedule.NextAfter(state.Last ?? state.Updated) };
    }

    /// <summary>Waits for the time or for a request by hand; false when stopped instead.</summary>
    private async Task<bool> DueAsync(DateTimeOffset next, CancellationToken stopping)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            var byHand = _byHand.Reader.ReadAsync(wake.Token).AsTask();
            while (true)
            {
                var wait = next - time.GetUtcNow();
                if (wait <= TimeSpan.Zero)
                    return true;
                var delay = Task.Delay(wait < LongestWait ? wait : LongestWait, time, wake.Token);
                var first = await Task.WhenAny(byHand, delay);
                await first;
                if (first == byHand)
                    return true;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await wake.CancelAsync();
        }
    }

    private async Task AttemptAsync(TimerState state, bool monitored, bool pastDue, CancellationToken stopping)
    {
        var info = new TimerInfo { IsPastDue = pastDue };
        if (monitored)
        {
            info.ScheduleStatus = new ScheduleStatus
            {
                Last = state.Last?.UtcDateTime ?? default,
                Next = schedule.NextAfter(time.GetUtcNow()).UtcDateTime,
                LastUpdated = state.Updated.UtcDateTime,
            };
        }

        for (var retries = 0; ; retries++)
        {
            try
            {
                await invoker.InvokeAsync(function, new TriggerEvent(info) { Retries = retries }, CancellationToken.None);
                return;
            }
#pragma warning disable CA1031 // A failed run is logged by the invoker; the timer goes on with the next one.
            catch (Exception)
#pragma warning restore CA1031
            {
                if (function.Retry?.Allows(retries) != true || stopping.IsCancellationRequested)
                    return;
                try
                {
                    await Task.Delay(function.Retry.DelayBefore(retries), time, stopping);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
