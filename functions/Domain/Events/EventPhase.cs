namespace Marquee.Domain;

/// <summary>Where an event stands, in the order of its life; cancelled ends it from any phase before settled.</summary>
public enum EventPhase
{
    Draft,
    Announced,
    Provisioned,
    Rehearsed,
    Live,
    Wrapped,
    Dropping,
    Settled,
    Archived,
    Cancelled,
}
