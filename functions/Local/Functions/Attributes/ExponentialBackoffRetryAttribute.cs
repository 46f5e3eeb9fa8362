namespace Marquee.Local.Functions;

/// <summary>Retries a failed invocation in place, doubling the pause from a minimum up to a maximum.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">Retries after the first attempt; -1 retries without end.</param>
    /// <param name="minimumInterval">The first pause, as <c>hh:mm:ss</c>.</param>
    /// <param name="maximumInterval">The longest pause, as <c>hh:mm:ss</c>.</param>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        MaxRetryCount = maxRetryCount;
        MinimumInterval = minimumInterval;
        MaximumInterval = maximumInterval;
    }

    public string MinimumInterval { get; }

    public string MaximumInterval { get; }
}
