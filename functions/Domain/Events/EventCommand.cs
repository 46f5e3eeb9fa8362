namespace Marquee.Domain.Events;

/// <summary>
/// What may move an event from one <see cref="EventPhase"/> to the next: an organiser's wish, or a step of the event's orchestration
/// that is done.
/// </summary>
public enum EventCommand
{
    /// <summary>Make the event public and start to prepare its PoPs.</summary>
    Announce,

    /// <summary>Every PoP has taken over the event's configuration.</summary>
    ConfirmProvisioned,

    /// <summary>Every check of the rehearsal has passed.</summary>
    ConfirmRehearsed,

    /// <summary>The doors open: PoPs sell.</summary>
    Open,

    /// <summary>The show is over: PoPs stop selling and drain their journals.</summary>
    Wrap,

    /// <summary>Every PoP has drained: the drop begins.</summary>
    StartDrop,

    /// <summary>The drop is over and the money is divided and sent.</summary>
    Settle,

    /// <summary>Close the books.</summary>
    Archive,

    /// <summary>Call the event off.</summary>
    Cancel,
}
