using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>A turn whose code has run, on its way to the store.</summary>
internal sealed record TurnDone
{
    public required InstanceRecord Instance { get; init; }

    /// <summary>Which turn of its execution it was.</summary>
    public required int Number { get; init; }

    public required TurnRecord Record { get; init; }

    public required TurnEffects Effects { get; init; }

    /// <summary>How the execution ended in it, if it did.</summary>
    public ExecutionOutcome? Outcome { get; init; }

    /// <summary>Where the instance stands if it goes on.</summary>
    public OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>Whether its history has its start by now.</summary>
    public bool HasStartEvent { get; init; }

    public bool StartedOrEnded { get; init; }

    public bool CustomStatusChanged { get; init; }

    public string? CustomStatus { get; init; }

    /// <summary>The instance as its next execution has it, if it continues as new.</summary>
    public InstanceRecord? Next { get; init; }

    /// <summary>What the next execution finds waiting, as the first turn of its history.</summary>
    public TurnRecord? CarriedOver { get; init; }

    public long NowTicks => Record.Time.Ticks;
}
