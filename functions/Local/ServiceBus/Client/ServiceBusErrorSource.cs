namespace Marquee.Local.ServiceBus;

/// <summary>The operation in which a background error came up.</summary>
public enum ServiceBusErrorSource
{
    /// <summary>Completing a message.</summary>
    Complete = 0,

    /// <summary>Abandoning a message.</summary>
    Abandon = 1,

    /// <summary>The handler of a message.</summary>
    ProcessMessageCallback = 2,

    /// <summary>Receiving.</summary>
    Receive = 3,

    /// <summary>Renewing a lock.</summary>
    RenewLock = 4,

    /// <summary>Accepting a session.</summary>
    AcceptSession = 5,

    /// <summary>Letting a session go.</summary>
    CloseSession = 6,
}
