using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;

namespace Marquee.App.Storage;

/// <summary>An event as stored. <see cref="Version"/> counts its changes: a PoP that has applied it plays the same event as the cloud.</summary>
public sealed record EventDocument(EventPlan Plan, string Template, EventPhase Phase, long Version)
{
    public string Id => Plan.Id;
}

/// <summary>How far a PoP is with an event.</summary>
public sealed record PopProgress(string PopId, long AppliedVersion, PopDrained? Drained);

/// <summary>Where a party's money is. Ids and statuses are the processor's own.</summary>
public sealed record PayeeDocument(string PartyId, long ShareMinorUnits, long TipsMinorUnits)
{
    public string? TransferId { get; init; }

    public string? PayoutId { get; init; }

    /// <summary>Which try the payout is, starting at 1: a failed rail is followed by the next.</summary>
    public int PayoutAttempt { get; init; }

    public string? PayoutStatus { get; init; }

    public string? PayoutMethod { get; init; }

    public DateTimeOffset? ArrivalDate { get; init; }

    public string? FailureCode { get; init; }

    public long TotalMinorUnits => checked(ShareMinorUnits + TipsMinorUnits);
}
