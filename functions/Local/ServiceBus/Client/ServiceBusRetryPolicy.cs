// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Decides whether, and after which pause, a failed try is repeated.</summary>
public abstract class ServiceBusRetryPolicy
{
    /// <summary>For derived policies.</summary>
    protected ServiceBusRetryPolicy()
    {
    }

    /// <summary>How long try number <paramref name="attemptCount"/> (from 0) may take.</summary>
    public abstract TimeSpan CalculateTryTimeout(int attemptCount);

    /// <summary>The pause before retry number <paramref name="attemptCount"/> (from 1), or null to give up.</summary>
    public abstract TimeSpan? CalculateRetryDelay(Exception lastException, int attemptCount);
}
