using Marquee.App.Activities;
using Marquee.Domain.Events;

namespace Marquee.App.Orchestrations;

/// <summary>
/// Drives one event from announced to archived. The phase is stored with the event and moved by an activity, so that what the orchestration
/// decides and what everybody reads is one row; the orchestration only says when.
/// </summary>
public static class EventLifecycleOrchestration
{
    public const string Name = "EventLifecycle";

    /// <summary>PoPs that have not drained by then are settled without: what they bring later is booked, and settled by hand.</summary>
    public static readonly TimeSpan DrainDeadline = TimeSpan.FromHours(24);

    public static readonly TimeSpan ArchiveAfter = TimeSpan.FromDays(30);

    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, string eventId)
    {
        var run = new LifecycleRun(context, eventId);
        if (await PlayAsync(run, context))
        {
            // From here on money moves: a cancellation comes too late, and the API refuses it.
            await SettleAsync(context, eventId);
            await run.MoveAsync(EventCommand.Settle);
            await run.UntilAsync(Signals.Archive, context.CurrentUtcDateTime + ArchiveAfter, cancellable: false);
            await run.MoveAsync(EventCommand.Archive);
        }
        else
        {
            // A cancelled event stops selling at once. What was sold before was handed over and is paid for, so it is settled like any
            // other; giving money back is a refund, and a decision of its own.
            await run.MoveAsync(EventCommand.Cancel);
            await run.UntilTrueAsync(nameof(EventActivities.AllPopsDrained), context.CurrentUtcDateTime + DrainDeadline, cancellable: false);
            await SettleAsync(context, eventId);
        }
    }

    /// <summary>The event itself, until its drop is over. False as soon as it is cancelled.</summary>
    private static async Task<bool> PlayAsync(LifecycleRun run, TaskOrchestrationContext context)
    {
        var times = await run.MoveAsync(EventCommand.Announce);
        if (!await run.UntilTrueAsync(nameof(EventActivities.AllPopsApplied)))
        {
            return false;
        }

        await run.MoveAsync(EventCommand.ConfirmProvisioned);
        if (!await run.UntilTrueAsync(nameof(EventActivities.ChecklistPassed)))
        {
            return false;
        }

        await run.MoveAsync(EventCommand.ConfirmRehearsed);
        if (!await run.UntilAsync(Signals.Open, times.StartsAt))
        {
            return false;
        }

        await run.MoveAsync(EventCommand.Open);
        if (!await run.UntilAsync(Signals.Wrap, times.EndsAt))
        {
            return false;
        }

        await run.MoveAsync(EventCommand.Wrap);
        if (!await run.UntilTrueAsync(nameof(EventActivities.AllPopsDrained), context.CurrentUtcDateTime + DrainDeadline))
        {
            return false;
        }

        await run.MoveAsync(EventCommand.StartDrop);
        return await run.UntilAsync(Signals.CloseDrop, context.CurrentUtcDateTime + times.DropWindow);
    }

    private static Task SettleAsync(TaskOrchestrationContext context, string eventId) =>
        context.CallSubOrchestratorAsync(PayoutSplitOrchestration.Name, eventId, new SubOrchestrationOptions(instanceId: Signals.PayoutSplitOf(eventId)));
}
