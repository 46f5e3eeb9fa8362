namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>The bounds of a <see cref="MessagePump"/>.</summary>
internal sealed record MessagePumpOptions
{
    /// <summary>Handlers at work at once, at least 1.</summary>
    internal int MaxConcurrentCalls { get; init; } = 1;

    /// <summary>Most messages for one handler, at least 1.</summary>
    internal int MaxMessageBatchSize { get; init; } = 1;

    /// <summary>Messages kept ready beyond those being handled.</summary>
    internal int PrefetchCount { get; init; }

    /// <summary>For how long a handler's message locks are renewed; zero for never.</summary>
    internal TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How messages are taken.</summary>
    internal ServiceBusReceiveMode ReceiveMode { get; init; } = ServiceBusReceiveMode.PeekLock;

    /// <summary>The queue beside the entity to read.</summary>
    internal SubQueue SubQueue { get; init; } = SubQueue.None;
}
