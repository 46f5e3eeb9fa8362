using Marquee.App.Activities;
using Marquee.Domain.Events;

namespace Marquee.App.Orchestrations;

/// <summary>
/// The steps that an event's lifecycle is made of, each of which a cancellation ends. Only what the context gives is awaited in here:
/// a token is therefore cancelled in place, since <c>CancelAsync</c> completes on a thread that an orchestrator does not own.
/// </summary>
internal sealed class LifecycleRun
{
    private readonly TaskOrchestrationContext _context;
    private readonly string _eventId;
    private readonly Task _cancelled;

    public LifecycleRun(TaskOrchestrationContext context, string eventId)
    {
        _context = context;
        _eventId = eventId;
        _cancelled = context.WaitForExternalEvent<string?>(Signals.Cancel);
    }

    /// <summary>Moves the event and tells its PoPs.</summary>
    public async Task<EventTimes> MoveAsync(EventCommand command)
    {
        var times = await _context.CallActivityAsync<EventTimes>(nameof(EventActivities.MoveEvent), new MoveEventInput(_eventId, command), Retries.Outage);
        await _context.CallActivityAsync(nameof(EventActivities.PublishConfiguration), _eventId, Retries.Outage);
        _context.SetCustomStatus(times.Phase.ToString());
        return times;
    }

    /// <summary>Waits for a signal or a time, whichever comes first. False when the event is cancelled before either.</summary>
    public async Task<bool> UntilAsync(string signal, DateTimeOffset time, bool cancellable = true)
    {
        using var waiting = new CancellationTokenSource();
        var signalled = _context.WaitForExternalEvent<string?>(signal, waiting.Token);
        var due = _context.CreateTimer(time.UtcDateTime, waiting.Token);
        var first = await (cancellable ? Task.WhenAny(_cancelled, signalled, due) : Task.WhenAny(signalled, due));
        waiting.Cancel();
        return first != _cancelled;
    }

    /// <summary>
    /// Asks an activity until it says yes: at once, whenever a PoP reports, and now and then in case a report was lost. True also when the
    /// deadline passes; false when the event is cancelled first. Once an event is cancelled, pass <paramref name="cancellable"/> false.
    /// </summary>
    public async Task<bool> UntilTrueAsync(string activity, DateTime? deadline = null, bool cancellable = true)
    {
        for (var look = 1; ; look++)
        {
            if (await AskAsync(activity) || _context.CurrentUtcDateTime >= deadline)
            {
                return true;
            }

            using var waiting = new CancellationTokenSource();
            var changed = _context.WaitForExternalEvent<string?>(Signals.PopsChanged, waiting.Token);
            var due = _context.CreateTimer(_context.CurrentUtcDateTime + Pace.Before(look), waiting.Token);
            var first = await (cancellable ? Task.WhenAny(_cancelled, changed, due) : Task.WhenAny(changed, due));
            waiting.Cancel();
            if (first == _cancelled)
            {
                return false;
            }
        }
    }

    private Task<bool> AskAsync(string activity) => _context.CallActivityAsync<bool>(activity, _eventId, Retries.Outage);
}
