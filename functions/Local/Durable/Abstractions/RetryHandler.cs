namespace Marquee.Local.Durable;

/// <summary>Orchestrator code that says whether to try again. It must be deterministic.</summary>
/// <returns>True to try again; false to let the failure through.</returns>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>Orchestrator code that says whether to try again, and may await durable timers or activities before it does.</summary>
/// <returns>True to try again; false to let the failure through.</returns>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
