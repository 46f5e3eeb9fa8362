using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>An order that its customer fetches.</summary>
internal sealed record PickOrder
{
    /// <summary>The PoP's own count, for people to call out.</summary>
    public required long Number { get; init; }

    public required string OrderId { get; init; }

    public required string EventId { get; init; }

    /// <summary>Units per product.</summary>
    public required IReadOnlyList<HoldLine> Lines { get; init; }

    /// <summary>What still has to come off the shelf; all lines at first, what was missing after a short pick.</summary>
    public required IReadOnlyList<HoldLine> ToPick { get; init; }

    public required PickState State { get; init; }

    /// <summary>Where it goes on once it is not withheld any more.</summary>
    public PickState? Resumes { get; init; }

    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>Who claimed it, until <see cref="LeaseUntil"/>.</summary>
    public string? Picker { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Which hand-over code is good, counted from 1.</summary>
    public int Issue { get; init; } = 1;

    /// <summary>Wrong codes so far, of this issue.</summary>
    public int Tries { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Whether somebody's claim keeps others off.</summary>
    public bool IsLeased(DateTimeOffset now) => State == PickState.Claimed && now < LeaseUntil;
}
