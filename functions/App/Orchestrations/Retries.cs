using System.Diagnostics.CodeAnalysis;

namespace Marquee.App.Orchestrations;

/// <summary>How activities are retried. Every activity may be repeated, so what fails for a while is tried until it works.</summary>
internal static class Retries
{
    /// <summary>
    /// Rides out an outage of the storage, the bus or the processor of about three days, then gives up, and the orchestration shows as failed.
    /// A refusal by the domain is final and is not retried.
    /// </summary>
    [SuppressMessage("Usage", "CA2201", Justification = "The type is only compared with.")]
    public static TaskOptions Outage { get; } = TaskOptions.FromRetryPolicy(
        new RetryPolicy(500, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: Pace.Slowest)
        {
            HandleFailure = failure => !failure.IsCausedBy<InvalidOperationException>() && !failure.IsCausedBy<KeyNotFoundException>(),
        });
}
