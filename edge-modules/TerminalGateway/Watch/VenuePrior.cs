namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// What is expected of a terminal that nothing is known of: safe defaults, or what the venue's other terminals have learnt on earlier evenings.
/// It stays as it is while a watch runs, so that what one terminal sees never depends on another's.
/// </summary>
internal sealed record VenuePrior
{
    public const int HoursPerDay = 24;

    /// <summary>A terminal with fewer sales says nothing about its venue, and an hour with fewer nothing about itself.</summary>
    public const int LeastSales = 100;

    public static VenuePrior Default { get; } = new();

    public double DeclineRate { get; init; } = 0.05;

    /// <summary>Share of declines by hour of the day, UTC.</summary>
    public IReadOnlyList<double> DeclineRateByHour { get; init; } = [.. Enumerable.Repeat(0.05, HoursPerDay)];

    /// <summary>Seconds between two customers of a queue that is served as fast as it goes.</summary>
    public double BusyGapSeconds { get; init; } = 9;

    public double SmallShare { get; init; } = 0.04;

    public double NeighbourShare { get; init; } = 0.05;

    public double BeatSeconds { get; init; } = 30;

    /// <summary>What the venue has learnt, by the medians of its terminals: one terminal under attack does not move it.</summary>
    public static VenuePrior Of(IEnumerable<BaselineState> terminals)
    {
        var known = terminals.Where(t => t.Sales >= LeastSales).ToList();
        if (known.Count == 0) return Default;
        var rate = Median(known, t => t.DeclineRate);
        return new()
        {
            DeclineRate = rate,
            DeclineRateByHour = [.. Enumerable.Range(0, HoursPerDay).Select(h => OfHour(known, h, rate))],
            BusyGapSeconds = Median(known, t => t.BusyGapSeconds),
            SmallShare = Median(known, t => t.SmallShare),
            NeighbourShare = Median(known, t => t.NeighbourShare),
            BeatSeconds = Median(known, t => t.BeatSeconds),
        };
    }

    private static double OfHour(List<BaselineState> known, int hour, double rate)
    {
        var sales = known.Sum(t => (long)t.SalesByHour[hour]);
        return sales < LeastSales ? rate : (double)known.Sum(t => (long)t.DeclinesByHour[hour]) / sales;
    }

    private static double Median(List<BaselineState> known, Func<BaselineState, double> of)
    {
        var sorted = known.Select(of).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
