namespace Marquee.Local.Durable.Execution;

/// <summary>What a turn asks for beyond its own history: carried out in the transaction that stores the turn.</summary>
internal sealed class TurnEffects
{
    public List<ActivityCall> Activities { get; } = [];

    public List<TimerCall> Timers { get; } = [];

    /// <summary>Steps whose timers, set in an earlier turn, are void.</summary>
    public List<int> CancelledTimers { get; } = [];

    public List<ChildCall> Children { get; } = [];

    public List<OutgoingEvent> Events { get; } = [];

    /// <summary>Makes a timer void, whichever turn set it.</summary>
    public void CancelTimer(int step)
    {
        if (Timers.RemoveAll(timer => timer.Step == step) == 0)
        {
            CancelledTimers.Add(step);
        }
    }
}

internal readonly record struct ActivityCall(int Step, string Name, string Version, string? Input);

internal readonly record struct TimerCall(int Step, DateTime FireAt);

internal readonly record struct ChildCall(
    int Step, string Name, string? Version, string InstanceId, string? Input, IReadOnlyDictionary<string, string>? Tags);

internal readonly record struct OutgoingEvent(string InstanceId, string Name, string? Payload);
