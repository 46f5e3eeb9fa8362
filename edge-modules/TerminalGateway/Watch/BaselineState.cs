namespace Marquee.TerminalGateway.Watch;

/// <summary>A change that staff expect until a moment. <paramref name="To"/> null: to whatever it will be.</summary>
internal sealed record AnnouncedChange(string? To, DateTimeOffset Until);

/// <summary>What was learnt of a terminal, as it is kept from one start of the till to the next.</summary>
internal sealed record BaselineState
{
    public required long Sales { get; init; }

    public required double DeclineRate { get; init; }

    /// <summary>The typical amount in minor units; 0 before the first sale.</summary>
    public required double MedianMinorUnits { get; init; }

    public required string? Currency { get; init; }

    public required double BusyGapSeconds { get; init; }

    public required double SmallShare { get; init; }

    public required double NeighbourShare { get; init; }

    public required double BeatSeconds { get; init; }

    public required string? Serial { get; init; }

    public required string? Firmware { get; init; }

    public AnnouncedChange? NextSerial { get; init; }

    public AnnouncedChange? NextFirmware { get; init; }

    /// <summary>By hour of the day, UTC; halved when an hour is full, so that old evenings fade.</summary>
    public required IReadOnlyList<int> SalesByHour { get; init; }

    public required IReadOnlyList<int> DeclinesByHour { get; init; }
}
