namespace Marquee.Local.Functions.Configuration;

/// <summary>The part of host.json that means something on one machine.</summary>
internal sealed record HostSettings
{
    /// <summary>How long an invocation may run; null for no limit. Orchestrators are not counted.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    public required HttpSettings Http { get; init; }

    public required ServiceBusSettings ServiceBus { get; init; }

    public required DurableSettings DurableTask { get; init; }

    /// <summary>The retry policy of timer functions that carry none; null for no retries.</summary>
    public InvocationRetry? Retry { get; init; }

    /// <summary>Log levels by category; <c>default</c> for the rest.</summary>
    public required IReadOnlyDictionary<string, string> LogLevels { get; init; }
}

/// <summary>extensions.http</summary>
/// <param name="RoutePrefix">Before every route; without slashes at either end.</param>
/// <param name="MaxConcurrentRequests">Requests that run at once; null for no bound.</param>
/// <param name="MaxOutstandingRequests">Requests running or waiting; one more is answered with 429. Null for no bound.</param>
/// <param name="CustomHeaders">Headers on every response.</param>
internal sealed record HttpSettings(
    string RoutePrefix,
    int? MaxConcurrentRequests,
    int? MaxOutstandingRequests,
    IReadOnlyDictionary<string, string> CustomHeaders);

/// <summary>extensions.serviceBus</summary>
internal sealed record ServiceBusSettings(
    int PrefetchCount,
    bool AutoCompleteMessages,
    int MaxConcurrentCalls,
    int MaxConcurrentSessions,
    int MaxMessageBatchSize,
    TimeSpan MaxAutoLockRenewalDuration,
    TimeSpan SessionIdleTimeout);

/// <summary>extensions.durableTask</summary>
internal sealed record DurableSettings(
    string HubName,
    int MaxConcurrentActivityFunctions,
    int MaxConcurrentOrchestratorFunctions);
