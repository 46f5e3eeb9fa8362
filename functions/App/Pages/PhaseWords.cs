using Marquee.Domain;

namespace Marquee.App.Pages;

/// <summary>What a phase is called in a URL or a class name, and what a buyer is told of it.</summary>
internal static class PhaseWords
{
    public static string Code(EventPhase phase) => phase switch
    {
        EventPhase.Draft => "draft",
        EventPhase.Announced => "announced",
        EventPhase.Provisioned => "provisioned",
        EventPhase.Rehearsed => "rehearsed",
        EventPhase.Live => "live",
        EventPhase.Wrapped => "wrapped",
        EventPhase.Dropping => "dropping",
        EventPhase.Settled => "settled",
        EventPhase.Archived => "archived",
        EventPhase.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase."),
    };

    public static string For(EventPhase phase) => phase switch
    {
        EventPhase.Draft => "Not announced",
        EventPhase.Announced or EventPhase.Provisioned or EventPhase.Rehearsed => "Coming up",
        EventPhase.Live => "On now",
        EventPhase.Wrapped => "The show is over",
        EventPhase.Dropping => "The drop is open",
        EventPhase.Settled or EventPhase.Archived => "Over",
        EventPhase.Cancelled => "Cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase."),
    };
}
