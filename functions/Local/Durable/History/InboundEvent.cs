using System.Text.Json.Serialization;

namespace Marquee.Local.Durable.History;

/// <summary>Something that happened to an instance. Applied in the recorded order, these bring its code back to the same state.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(ExecutionStarted), "started")]
[JsonDerivedType(typeof(ActivityCompleted), "activityCompleted")]
[JsonDerivedType(typeof(ActivityFailed), "activityFailed")]
[JsonDerivedType(typeof(TimerFired), "timerFired")]
[JsonDerivedType(typeof(ChildCompleted), "childCompleted")]
[JsonDerivedType(typeof(ChildFailed), "childFailed")]
[JsonDerivedType(typeof(EventRaised), "eventRaised")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspended")]
[JsonDerivedType(typeof(ExecutionResumed), "resumed")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminated")]
internal abstract record InboundEvent;

/// <summary>The start time has come: the orchestrator's code begins.</summary>
internal sealed record ExecutionStarted : InboundEvent;

/// <summary>The outcome of something that the code scheduled at a step.</summary>
internal abstract record StepEvent(int Step) : InboundEvent;

internal sealed record ActivityCompleted(int Step, string? Result) : StepEvent(Step);

internal sealed record ActivityFailed(int Step, StoredFailure Failure) : StepEvent(Step);

internal sealed record TimerFired(int Step) : StepEvent(Step);

internal sealed record ChildCompleted(int Step, string? Result) : StepEvent(Step);

internal sealed record ChildFailed(int Step, StoredFailure Failure) : StepEvent(Step);

/// <summary>An external event, from a client or from another instance.</summary>
internal sealed record EventRaised(string Name, string? Payload) : InboundEvent;

internal sealed record ExecutionSuspended(string? Reason) : InboundEvent;

internal sealed record ExecutionResumed(string? Reason) : InboundEvent;

internal sealed record ExecutionTerminated(string? Output, bool Recursive) : InboundEvent;
