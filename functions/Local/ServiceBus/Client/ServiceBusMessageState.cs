namespace Marquee.Local.ServiceBus;

/// <summary>Where a message stands in its entity.</summary>
public enum ServiceBusMessageState
{
    /// <summary>Ready for delivery.</summary>
    Active = 0,

    /// <summary>Set aside; received by sequence number only.</summary>
    Deferred = 1,

    /// <summary>Not yet due.</summary>
    Scheduled = 2,
}
