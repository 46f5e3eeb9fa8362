namespace Marquee.Local.Durable;

/// <summary>What a retry handler decides on.</summary>
/// <param name="OrchestrationContext">The orchestration, for durable timers and the like.</param>
/// <param name="LastAttemptNumber">Attempts so far: 1 after the first failure.</param>
/// <param name="LastFailure">Why the last attempt failed.</param>
/// <param name="TotalRetryTime">Time since the first attempt, by the orchestration's clock.</param>
/// <param name="CancellationToken">Cancels the retries.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
