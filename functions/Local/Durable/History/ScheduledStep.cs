using System.Text.Json.Serialization;

namespace Marquee.Local.Durable.History;

/// <summary>Something that the orchestrator's code scheduled. A replay must schedule the same at the same step.</summary>
/// <param name="Step">The step: counted from 0 in each execution.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(ActivityScheduled), "activity")]
[JsonDerivedType(typeof(TimerCreated), "timer")]
[JsonDerivedType(typeof(ChildScheduled), "child")]
[JsonDerivedType(typeof(EventSent), "event")]
internal abstract record ScheduledStep(int Step)
{
    /// <summary>What it is, in words, for the error that a replay which differs ends in.</summary>
    public abstract string Describe();

    /// <summary>Whether a replay that schedules <paramref name="other"/> here does the same thing.</summary>
    public virtual bool Matches(ScheduledStep other) => Step == other.Step && Describe() == other.Describe();
}

internal sealed record ActivityScheduled(int Step, string Name) : ScheduledStep(Step)
{
    public override string Describe() => $"activity '{Name}'";
}

internal sealed record TimerCreated(int Step, DateTime FireAt) : ScheduledStep(Step)
{
    public override string Describe() => "a timer";
}

internal sealed record ChildScheduled(int Step, string Name, string InstanceId) : ScheduledStep(Step)
{
    public override string Describe() => $"sub-orchestration '{Name}'";
}

internal sealed record EventSent(int Step, string InstanceId, string Name) : ScheduledStep(Step)
{
    public override string Describe() => $"event '{Name}' for instance '{InstanceId}'";
}
