namespace Marquee.Local.Durable.Client;

/// <summary>Which ended instances to purge. Null selects all.</summary>
/// <param name="CreatedFrom">Created at this time or later.</param>
/// <param name="CreatedTo">Created at this time or earlier.</param>
/// <param name="Statuses">In one of these statuses; one in which an instance has not ended selects nothing.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long the purge may take; what is left when the time is up stays, and the result says so.</summary>
    public TimeSpan? Timeout { get; init; }
}
