using System.Collections.Immutable;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Storage;

/// <summary>An instance as the store has it.</summary>
internal sealed record InstanceRecord
{
    /// <summary>The store's own key. It stays the same when the instance continues as new or is replaced, and is never used again.</summary>
    public required long Key { get; init; }

    public required string Id { get; init; }

    /// <summary>Counts the executions under this key. What belongs to an earlier one is stale.</summary>
    public required long Execution { get; init; }

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    public OrchestrationRuntimeStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public StoredFailure? Failure { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Who awaits the outcome, if this is a sub-orchestration.</summary>
    public ParentLink? Parent { get; init; }

    public bool HasEnded => Status.HasEnded();
}

/// <summary>The step of an orchestration that started a sub-orchestration.</summary>
internal sealed record ParentLink(long Key, string InstanceId, string Name, long Execution, int Step);

internal static class RuntimeStatusExtensions
{
    public static bool HasEnded(this OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated
        or OrchestrationRuntimeStatus.Canceled;
}
