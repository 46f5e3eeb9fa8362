namespace Marquee.Local.Durable;

/// <summary>How an activity or a sub-orchestration is called.</summary>
public record TaskOptions
{
    /// <param name="retry">When and how often to try again after a failure; null never does.</param>
    public TaskOptions(TaskRetryOptions? retry)
        : this(retry, null)
    {
    }

    /// <param name="retry">When and how often to try again after a failure; null never does.</param>
    /// <param name="tags">Labels that are stored with the call.</param>
    public TaskOptions(TaskRetryOptions? retry = null, IDictionary<string, string>? tags = null)
    {
        Retry = retry;
        Tags = tags;
    }

    /// <summary>Copies <paramref name="options"/>.</summary>
    public TaskOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Retry = options.Retry;
        Tags = options.Tags;
        Version = options.Version;
    }

    /// <summary>When and how often to try again after a failure; null never does.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Labels that are stored with the call.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>The version to call. Null inherits: an activity its orchestration's version, a sub-orchestration the default version.</summary>
    public TaskVersion? Version { get; init; }

    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(handler);

    public static TaskOptions FromRetryHandler(RetryHandler handler) => new(handler);

    /// <summary>These options for a sub-orchestration with the given instance id.</summary>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}
