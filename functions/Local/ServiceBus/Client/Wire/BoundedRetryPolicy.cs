namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Fixed or doubling pauses, a bounded number of tries, transient failures only.</summary>
internal sealed class BoundedRetryPolicy(ServiceBusRetryOptions options) : ServiceBusRetryPolicy
{
    public override TimeSpan CalculateTryTimeout(int attemptCount) => options.TryTimeout;

    public override TimeSpan? CalculateRetryDelay(Exception lastException, int attemptCount)
    {
        if (attemptCount > options.MaxRetries || lastException is not ServiceBusException { IsTransient: true })
            return null;
        var delay = options.Mode == ServiceBusRetryMode.Fixed
            ? options.Delay
            : options.Delay * Math.Pow(2, Math.Min(attemptCount - 1, 30));
        return delay < options.MaxDelay ? delay : options.MaxDelay;
    }
}
