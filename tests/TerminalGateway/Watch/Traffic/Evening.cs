namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>The night that all terminals of the venue share.</summary>
internal sealed record Evening(string EventId, DateTimeOffset OpensAt, bool IsLast)
{
    /// <summary>Doors that open late: the first hour is quiet, and who waited comes at once.</summary>
    public bool SlowStart { get; init; }

    /// <summary>More guests than usual: 1 is a usual evening.</summary>
    public double Busyness { get; init; } = 1;

    /// <summary>Whether the processor names the same card anew at every payment, and whether it tells the first six digits.</summary>
    public bool TokenPerTap { get; init; }

    public bool BinsKnown { get; init; }

    public DateTimeOffset? LineDownAt { get; init; }

    public DateTimeOffset ClosesAt => OpensAt.AddHours(5.5);

    public bool IsLineDown(DateTimeOffset at) => LineDownAt is { } from && at >= from && at < from.AddMinutes(20);

    /// <summary>Times the usual rate.</summary>
    public double RateAt(DateTimeOffset at) => Busyness * ((at - OpensAt).TotalHours, SlowStart) switch
    {
        ( < 0.75, true) => 0.2,
        ( < 1.5, true) => 2.5,
        // The first half hour after the doors open.
        ( < 0.5, false) => 1.8,
        _ => 1,
    };
}
