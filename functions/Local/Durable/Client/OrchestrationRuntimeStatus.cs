namespace Marquee.Local.Durable.Client;

/// <summary>Where an orchestration instance stands.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>Started and not ended.</summary>
    Running = 0,

    /// <summary>Ended with an output.</summary>
    Completed = 1,

    /// <summary>Not a status that an instance is ever seen in: it is running again.</summary>
    ContinuedAsNew = 2,

    /// <summary>Ended with an unhandled exception.</summary>
    Failed = 3,

    /// <summary>Not used by this engine.</summary>
    Canceled = 4,

    /// <summary>Ended from outside.</summary>
    Terminated = 5,

    /// <summary>Scheduled and not started.</summary>
    Pending = 6,

    /// <summary>Held: it takes in events and results and does not act on them.</summary>
    Suspended = 7,
}
