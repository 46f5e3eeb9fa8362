namespace Marquee.Domain.Events;

/// <summary>The answer to a command in a phase.</summary>
public abstract record TransitionDecision
{
    private TransitionDecision()
    {
    }

    /// <summary>The command moves the event.</summary>
    public sealed record Moved(EventPhase To) : TransitionDecision;

    /// <summary>The command was carried out before: a retry, to be answered like the first time.</summary>
    public sealed record Unchanged(EventPhase Phase) : TransitionDecision;

    /// <summary>
    /// The command has no place in this phase. <paramref name="Code"/> is for programs, <paramref name="Reason"/> for people.
    /// </summary>
    public sealed record Refused(string Code, string Reason) : TransitionDecision;
}

/// <summary>
/// draft → announced → provisioned → rehearsed → live → wrapped → dropping → settled → archived, and cancelled from any
/// phase before settled. Total: every phase has an answer to every command.
/// </summary>
public static class EventLifecycle
{
    public const string IllegalTransition = "illegal_transition";

    /// <exception cref="ArgumentOutOfRangeException">A phase or command outside its enum.</exception>
    public static TransitionDecision Decide(EventPhase phase, EventCommand command)
    {
        if (!Enum.IsDefined(phase)) throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase.");

        var target = TargetOf(command);
        if (phase == target) return new TransitionDecision.Unchanged(phase);
        if (command == EventCommand.Cancel ? CanCancel(phase) : phase == Before(target)) return new TransitionDecision.Moved(target);
        return new TransitionDecision.Refused(IllegalTransition, Reason(phase, command, target));
    }

    /// <summary>The commands that move an event in this phase.</summary>
    public static IReadOnlyList<EventCommand> Legal(EventPhase phase) =>
        [.. Enum.GetValues<EventCommand>().Where(command => Decide(phase, command) is TransitionDecision.Moved)];

    private static EventPhase TargetOf(EventCommand command) => command switch
    {
        EventCommand.Announce => EventPhase.Announced,
        EventCommand.ConfirmProvisioned => EventPhase.Provisioned,
        EventCommand.ConfirmRehearsed => EventPhase.Rehearsed,
        EventCommand.Open => EventPhase.Live,
        EventCommand.Wrap => EventPhase.Wrapped,
        EventCommand.StartDrop => EventPhase.Dropping,
        EventCommand.Settle => EventPhase.Settled,
        EventCommand.Archive => EventPhase.Archived,
        EventCommand.Cancel => EventPhase.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Unknown command."),
    };

    // The phases up to archived are declared in the order of an event's life.
    private static EventPhase Before(EventPhase target) => target - 1;

    private static bool CanCancel(EventPhase phase) => phase < EventPhase.Settled;

    private static string Reason(EventPhase phase, EventCommand command, EventPhase target)
    {
        if (phase == EventPhase.Cancelled) return "The event is cancelled.";
        if (command == EventCommand.Cancel) return "The event is settled: its money has moved, and a refund is the way back.";
        if (phase > target) return $"The event is {Name(phase)} and past that.";
        return $"The event is {Name(phase)}; it has to be {Name(Before(target))} first.";
    }

#pragma warning disable CA1308 // For people to read, not to compare.
    private static string Name(EventPhase phase) => phase.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
