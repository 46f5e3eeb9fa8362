using Marquee.Domain;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// Something that the watch is told. <see cref="At"/> is the only time that it knows: the same observations give the same alerts, whenever
/// they are looked at.
/// </summary>
internal abstract record Observation(DateTimeOffset At);

/// <summary>Time has passed at the venue: silence is only heard against it.</summary>
internal sealed record TimePassed(DateTimeOffset At) : Observation(At);

/// <summary>An event as the cloud configured it. <paramref name="LeastPriceMinorUnits"/>: its cheapest product.</summary>
internal sealed record EventAnnounced(DateTimeOffset At, string EventId, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, long LeastPriceMinorUnits)
    : Observation(At);

/// <summary>Something of one terminal.</summary>
internal abstract record TerminalObservation(string TerminalId, DateTimeOffset At) : Observation(At);

internal enum SaleOutcome
{
    Approved,

    /// <summary>By the till alone: nothing is known of the card.</summary>
    ApprovedOffline,

    Declined,

    /// <summary>The till did not take the sale; no processor was asked.</summary>
    Refused,

    Unresolved,
}

/// <summary>A sale that was tried, with its answer.</summary>
/// <param name="CardToken">The processor's name of the card, held in memory only; null when no card was shown.</param>
/// <param name="Bin">First six digits where they are known.</param>
/// <param name="Amount">Null when the till refused before it had a price.</param>
internal sealed record SaleObserved(
    string TerminalId, DateTimeOffset At, long Sequence, string OrderId, string EventId, string? CardToken, string? Bin, Money? Amount, SaleOutcome Outcome)
    : TerminalObservation(TerminalId, At);

/// <summary>A refund or a void that was asked for.</summary>
/// <param name="RefundableMinorUnits">
/// What was left of the order's money before, by the journal (which remembers longer than the watch does); null: no such order at this PoP.
/// </param>
internal sealed record RefundObserved(
    string TerminalId, DateTimeOffset At, long Sequence, string OrderId, long AmountMinorUnits, long? RefundableMinorUnits)
    : TerminalObservation(TerminalId, At);

/// <summary>The terminal lives.</summary>
internal sealed record HeartbeatObserved(string TerminalId, DateTimeOffset At) : TerminalObservation(TerminalId, At);

/// <summary>What the terminal says that it is.</summary>
internal sealed record HelloObserved(string TerminalId, DateTimeOffset At, string Serial, string Firmware) : TerminalObservation(TerminalId, At);

/// <summary>Staff let this device be the terminal: whatever was there before, it is the one to trust.</summary>
internal sealed record DevicePaired(string TerminalId, DateTimeOffset At, string Serial, string Firmware) : TerminalObservation(TerminalId, At);

/// <summary>The shift is over or the terminal is being restarted: its silence means nothing.</summary>
internal sealed record SignedOff(string TerminalId, DateTimeOffset At) : TerminalObservation(TerminalId, At);

/// <summary>Staff say beforehand that the device or its firmware will change. Null: to whatever it will be.</summary>
internal sealed record ChangeAnnounced(string TerminalId, DateTimeOffset At, string? Serial, string? Firmware, DateTimeOffset Until)
    : TerminalObservation(TerminalId, At);
