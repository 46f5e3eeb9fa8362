namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>The bounds of a <see cref="SessionPump"/>.</summary>
internal sealed record SessionPumpOptions
{
    /// <summary>Sessions held at once, at least 1. Each has one handler at a time, in the session's order.</summary>
    internal int MaxConcurrentSessions { get; init; } = 8;

    /// <summary>Most messages for one call of a handler, at least 1.</summary>
    internal int MaxMessageBatchSize { get; init; } = 1;

    /// <summary>Messages kept ready per session beyond those being handled.</summary>
    internal int PrefetchCount { get; init; }

    /// <summary>A session without messages for so long is let go; null for the try time-out.</summary>
    internal TimeSpan? SessionIdleTimeout { get; init; }

    /// <summary>For how long a session's lock is renewed after its last messages came; zero for never.</summary>
    internal TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How messages are taken.</summary>
    internal ServiceBusReceiveMode ReceiveMode { get; init; } = ServiceBusReceiveMode.PeekLock;
}
