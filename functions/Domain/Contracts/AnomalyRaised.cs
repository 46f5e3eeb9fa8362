namespace Marquee.Domain.Contracts;

/// <summary>What looks wrong at a terminal.</summary>
public enum AnomalyKind
{
    /// <summary>Far more declines than this terminal has at this hour.</summary>
    DeclineSpike,

    /// <summary>New cards faster than people can pay.</summary>
    ManyCards,

    /// <summary>A run of small amounts on new cards, as when stolen cards are tried out.</summary>
    SmallAmounts,

    /// <summary>Cards whose first six digits follow each other.</summary>
    SequentialBins,

    /// <summary>Refunds or voids of orders that this PoP never sold.</summary>
    RefundWithoutSale,

    /// <summary>Refunds of more than was paid.</summary>
    RefundOverSale,

    /// <summary>Business long before the doors open or long after they close.</summary>
    OffHours,

    /// <summary>A terminal that runs other firmware than before, unannounced.</summary>
    FirmwareChanged,

    /// <summary>Another device under a terminal's name, unannounced.</summary>
    SerialChanged,

    /// <summary>A terminal that has gone silent while it should be selling.</summary>
    HeartbeatMissed,
}

public enum AnomalySeverity
{
    Notice,
    Warning,
    Critical,
}

/// <summary>What an anomaly rests on. Orders, never cards.</summary>
/// <param name="Finding">One sentence for people.</param>
/// <param name="Measured">In the kind's own unit, which <paramref name="Finding"/> names.</param>
/// <param name="Expected">The same of this terminal as it was learnt, or the default while little is known.</param>
/// <param name="Observations">How many observations speak for it.</param>
/// <param name="Orders">Some of the orders, at most <see cref="MaxOrders"/>.</param>
public sealed record AnomalyEvidence(
    string Finding, double Measured, double Expected, int Observations, DateTimeOffset FirstAt, DateTimeOffset LastAt, IReadOnlyList<string> Orders)
{
    public const int MaxOrders = 10;
}

/// <summary>
/// A PoP's watch has found something wrong at a terminal. One anomaly is one <see cref="AnomalyId"/>: it is said again, with more evidence and
/// a higher <see cref="Severity"/>, when it goes on.
/// </summary>
public sealed record AnomalyRaised : FactBody
{
    /// <summary>The <see cref="EdgeFact.Stream"/> of these facts: their own, so that a flood of them holds up no sale.</summary>
    public const string FactStream = "watch";

    public required string AnomalyId { get; init; }

    public required string TerminalId { get; init; }

    /// <summary>The event that the terminal last sold for; null when it has sold nothing yet.</summary>
    public string? EventId { get; init; }

    public required AnomalyKind Kind { get; init; }

    public required AnomalySeverity Severity { get; init; }

    /// <summary>When it was noticed, by the terminals' observations.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>0 when first raised; one more each time that it is said again.</summary>
    public required int Escalation { get; init; }

    public required AnomalyEvidence Evidence { get; init; }

    /// <summary>What to do about it, for the person on duty.</summary>
    public required string SuggestedAction { get; init; }
}
