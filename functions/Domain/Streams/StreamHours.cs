namespace Marquee.Domain.Streams;

/// <summary>Whether a stream's door is open.</summary>
public enum StreamOpening
{
    /// <summary>The event is not prepared yet: worth another try later.</summary>
    NotYet,
    Open,

    /// <summary>It will not open again.</summary>
    Over,
}

/// <summary>In which phases of its event a stream takes publishers and viewers.</summary>
public static class StreamHours
{
    /// <summary>
    /// From provisioned on, so that the rehearsal has a picture. A publisher may come until the wrap; a viewer who lost the line may come back
    /// for the last song after it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A phase outside its enum.</exception>
    public static StreamOpening Of(EventPhase phase, StreamScope scope) => phase switch
    {
        EventPhase.Draft or EventPhase.Announced => StreamOpening.NotYet,
        EventPhase.Provisioned or EventPhase.Rehearsed or EventPhase.Live => StreamOpening.Open,
        EventPhase.Wrapped => scope == StreamScope.View ? StreamOpening.Open : StreamOpening.Over,
        EventPhase.Dropping or EventPhase.Settled or EventPhase.Archived or EventPhase.Cancelled => StreamOpening.Over,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase."),
    };
}
