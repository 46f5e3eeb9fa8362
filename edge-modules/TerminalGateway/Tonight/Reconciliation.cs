using Marquee.Domain;
using Marquee.TerminalGateway.Sales.Shifts;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>What went one way of paying: what is in hand of it, and what went back that way.</summary>
internal sealed record MethodFigures(string Method, ShiftSum Taken, ShiftSum Refunded);

/// <summary>An evening's sums, of an event or of one terminal at it. Sales are counted whole, payments by their parts.</summary>
internal sealed record Figures
{
    public required ShiftSum ApprovedOnline { get; init; }

    /// <summary>Approved without the processor and not taken back, whatever became of it: outstanding + captured + declined at forward.</summary>
    public required ShiftSum ApprovedOffline { get; init; }

    /// <summary>Approved offline and without the processor's word: at risk.</summary>
    public required ShiftSum Outstanding { get; init; }

    public required DateTimeOffset? OldestOutstanding { get; init; }

    /// <summary>Approved offline and captured since.</summary>
    public required ShiftSum Captured { get; init; }

    public required ShiftSum DeclinedAtForward { get; init; }

    /// <summary>What is still owed of <see cref="DeclinedAtForward"/>.</summary>
    public required ShiftSum DebtsOpen { get; init; }

    /// <summary>Paid after all.</summary>
    public required ShiftSum DebtsRecovered { get; init; }

    public required ShiftSum DebtsWrittenOff { get; init; }

    /// <summary>Held by the processor until it is captured.</summary>
    public required ShiftSum Authorised { get; init; }

    /// <summary>Neither approved nor declined yet.</summary>
    public required ShiftSum UnderWay { get; init; }

    public required ShiftSum Declined { get; init; }

    public required ShiftSum Voids { get; init; }

    /// <summary>On the way back or given back, by whatever method; not those taken off a debt.</summary>
    public required ShiftSum Refunds { get; init; }

    public required ShiftSum RefundsUnderWay { get; init; }

    /// <summary>The processor would not: the customer is to get the money in another way.</summary>
    public required ShiftSum RefundsDeclined { get; init; }

    public required ShiftSum RefundsOffDebt { get; init; }

    /// <summary>Of the sales that stand; what was refunded of them is in <see cref="Refunds"/>.</summary>
    public required ShiftSum Tips { get; init; }

    public required IReadOnlyList<MethodFigures> Methods { get; init; }

    /// <summary>What customers were told is paid with a card or at a reader, less what they were told goes back to it.</summary>
    public required Money Promised { get; init; }

    /// <summary>What the processor has said that it captured, less what it has said that it refunded.</summary>
    public required Money Confirmed { get; init; }

    /// <summary><see cref="Promised"/> − <see cref="Confirmed"/>: the sum of the differences.</summary>
    public Money Difference => Promised - Confirmed;
}

/// <summary>A terminal whose receipts since its last Z report wait for the next.</summary>
/// <param name="TerminalId">Whose.</param>
/// <param name="Since">Its first receipt since.</param>
/// <param name="Receipts">How many.</param>
/// <param name="Cash">Cash taken less cash given back: what the drawer has more than its float.</param>
internal sealed record OpenShift(string TerminalId, DateTimeOffset Since, long Receipts, Money Cash);

internal sealed record TerminalReckoning(string TerminalId, Figures Figures);

/// <summary>An event's evening at this till, as its own store has it.</summary>
internal sealed record EventReckoning
{
    public required string EventId { get; init; }

    public required string Title { get; init; }

    public required EventPhase Phase { get; init; }

    /// <summary>The most that may be outstanding, and of how many sales.</summary>
    public required ShiftSum OfflineCap { get; init; }

    public required Figures Total { get; init; }

    public required IReadOnlyList<TerminalReckoning> Terminals { get; init; }

    public required IReadOnlyList<ReasonSum> Reasons { get; init; }

    /// <summary>Oldest first, the oldest <see cref="Reckoning.MaxListed"/>; <see cref="Reasons"/> counts all.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>Whether the differences are all of what is promised and not confirmed. Never false but by a bug.</summary>
    public required bool Explained { get; init; }

    public required IReadOnlyList<OpenShift> OpenShifts { get; init; }
}
