namespace Marquee.Local.Durable.Client;

/// <summary>Which instances to list. Null selects all.</summary>
/// <param name="CreatedFrom">Created at this time or later.</param>
/// <param name="CreatedTo">Created at this time or earlier.</param>
/// <param name="Statuses">In one of these statuses.</param>
/// <param name="TaskHubNames">In one of these hubs.</param>
/// <param name="InstanceIdPrefix">With an id that starts like this, by ordinal comparison.</param>
/// <param name="PageSize">Results on a page, at least 1.</param>
/// <param name="FetchInputsAndOutputs">Whether inputs, outputs, custom statuses and failures come along.</param>
/// <param name="ContinuationToken">Where to go on, from an earlier page.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>Results on a page unless the query says otherwise.</summary>
    public const int DefaultPageSize = 100;
}
