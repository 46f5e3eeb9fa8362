using System.Collections.Immutable;

namespace Marquee.Local.Durable;

/// <summary>How a new orchestration instance is started.</summary>
public record StartOrchestrationOptions
{
    /// <param name="InstanceId">The instance id; null makes a random one.</param>
    /// <param name="StartAt">The earliest start; null starts at once.</param>
#pragma warning disable IDE1006, SA1313 // Official parameter names: callers pass them by name.
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
#pragma warning restore IDE1006, SA1313
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>Copies <paramref name="options"/>.</summary>
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>The instance id; null makes a random one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The earliest start; null starts at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Labels that are stored with the instance and can be read from its metadata.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The version that the instance runs as; null means the default version.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>
    /// The statuses in which an instance that already has this id refuses the start, by name (see
    /// <see cref="Client.StartOrchestrationOptionsExtensions.WithDedupeStatuses"/>). An instance in any other status is replaced.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
