namespace Marquee.Local.ServiceBus;

/// <summary>How a receiver takes messages from an entity.</summary>
public enum ServiceBusReceiveMode
{
    /// <summary>The message stays at the broker, locked, until it is settled or its lock expires.</summary>
    PeekLock = 0,

    /// <summary>The message is gone from the broker the moment it is sent to the receiver: at most once.</summary>
    ReceiveAndDelete = 1,
}
