namespace Marquee.Local.Durable.Client;

/// <summary>Says which existing instances a start may not replace.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>The statuses that can be given.</summary>
    public static readonly IReadOnlyList<OrchestrationRuntimeStatus> ValidDedupeStatuses =
    [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Canceled,
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
    ];

    /// <summary>These options, refused where an instance with the id exists in one of the statuses.</summary>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dedupeStatuses);
        return options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };
    }
}
