using Marquee.Local.Durable.Client;

namespace Marquee.Local.Durable.Storage;

/// <summary>An instance to be created, or to take the place of an ended one with the same id.</summary>
internal sealed record NewInstance
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string? Input { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is to start; null at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ParentLink? Parent { get; init; }

    /// <summary>Statuses of an ended instance in which it may not be replaced.</summary>
    public IReadOnlyCollection<OrchestrationRuntimeStatus> KeptStatuses { get; init; } = [];
}
