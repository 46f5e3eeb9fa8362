namespace Marquee.Local.Durable.Execution;

/// <summary>The arithmetic of a retry policy.</summary>
internal static class RetryDelays
{
    /// <summary>
    /// How long to wait before the next attempt after so many <paramref name="attempts"/> (at least 1), the first of which began
    /// <paramref name="elapsed"/> ago; null when there is to be none.
    /// </summary>
    public static TimeSpan? DelayAfter(this RetryPolicy policy, int attempts, TimeSpan elapsed, TaskFailedException failure)
    {
        var isOutOfTime = policy.RetryTimeout != Timeout.InfiniteTimeSpan && elapsed >= policy.RetryTimeout;
        if (attempts >= policy.MaxNumberOfAttempts || isOutOfTime || !policy.Handle(failure))
        {
            return null;
        }

        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        var ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempts - 1);
        return ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
    }
}
