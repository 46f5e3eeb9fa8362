namespace Marquee.StreamRelay.Tests.Impairment;

/// <summary>What a link does to datagrams, in one direction. Shares are from 0 to 1.</summary>
internal sealed record LinkConditions
{
    public TimeSpan Delay { get; init; }

    /// <summary>Added to the delay, evenly from nothing to this; datagrams may overtake one another.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Lost one by one.</summary>
    public double Loss { get; init; }

    /// <summary>Share of datagrams with which a burst of losses begins; it ends with each datagram with a chance of one to <see cref="BurstLength"/>.</summary>
    public double Bursts { get; init; }

    public double BurstLength { get; init; } = 5;

    public double Duplication { get; init; }

    /// <summary>Share that is held back for <see cref="ReorderBy"/>.</summary>
    public double Reorder { get; init; }

    public TimeSpan ReorderBy { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes a second; what waits for more than <see cref="MaxQueue"/> is dropped. Null: no limit.</summary>
    public long? BytesPerSecond { get; init; }

    public TimeSpan MaxQueue { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A satellite's handover: every 15 s, at this time of it, everything is lost for <see cref="SlotOutage"/>. Null: none.</summary>
    public TimeSpan? SlotAt { get; init; }

    public TimeSpan SlotOutage { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>A delay and a loss, and nothing else.</summary>
    public static LinkConditions Of(double delayMs, double loss) => new() { Delay = TimeSpan.FromMilliseconds(delayMs), Loss = loss };
}
