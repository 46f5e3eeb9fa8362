namespace Marquee.Local.ServiceBus;

/// <summary>The queue beside a queue or subscription that a receiver reads.</summary>
public enum SubQueue
{
    /// <summary>The entity itself.</summary>
    None = 0,

    /// <summary>The dead-letter queue of the entity.</summary>
    DeadLetter = 1,

    /// <summary>The dead-letter queue of failed transfers.</summary>
    TransferDeadLetter = 2,
}
