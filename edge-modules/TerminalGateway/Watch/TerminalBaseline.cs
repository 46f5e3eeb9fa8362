using Marquee.Domain;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// What is normal at one terminal: averages that forget slowly, held within bounds, so that whoever raises them step by step does not get far.
/// Detectors teach it only what does not look like an attack.
/// </summary>
internal sealed class TerminalBaseline
{
    private const double RateStep = 1.0 / 60;
    private const double MedianLeastStep = 0.03;
    private const double QuantileStep = 0.06;
    private const double BusyQuantile = 0.1;
    private const int FullHour = 10_000;

    private readonly VenuePrior _prior;
    private readonly int[] _salesByHour = new int[VenuePrior.HoursPerDay];
    private readonly int[] _declinesByHour = new int[VenuePrior.HoursPerDay];

    public TerminalBaseline(VenuePrior prior)
    {
        _prior = prior;
        (DeclineRate, BusyGapSeconds, SmallShare) = (prior.DeclineRate, prior.BusyGapSeconds, prior.SmallShare);
        (NeighbourShare, BeatSeconds) = (prior.NeighbourShare, prior.BeatSeconds);
    }

    public TerminalBaseline(VenuePrior prior, BaselineState state)
        : this(prior)
    {
        (Sales, DeclineRate, MedianMinorUnits, Currency) = (state.Sales, state.DeclineRate, state.MedianMinorUnits, state.Currency);
        (BusyGapSeconds, SmallShare, NeighbourShare, BeatSeconds) = (state.BusyGapSeconds, state.SmallShare, state.NeighbourShare, state.BeatSeconds);
        (Serial, Firmware, NextSerial, NextFirmware) = (state.Serial, state.Firmware, state.NextSerial, state.NextFirmware);
        for (var hour = 0; hour < VenuePrior.HoursPerDay; hour++)
            (_salesByHour[hour], _declinesByHour[hour]) = (state.SalesByHour[hour], state.DeclinesByHour[hour]);
    }

    public long Sales { get; private set; }

    public double DeclineRate { get; private set; }

    public double MedianMinorUnits { get; private set; }

    public string? Currency { get; private set; }

    public double BusyGapSeconds { get; private set; }

    public double SmallShare { get; private set; }

    public double NeighbourShare { get; private set; }

    public double BeatSeconds { get; private set; }

    public string? Serial { get; set; }

    public string? Firmware { get; set; }

    public AnnouncedChange? NextSerial { get; set; }

    public AnnouncedChange? NextFirmware { get; set; }

    public BaselineState State => new()
    {
        Sales = Sales,
        DeclineRate = DeclineRate,
        MedianMinorUnits = MedianMinorUnits,
        Currency = Currency,
        BusyGapSeconds = BusyGapSeconds,
        SmallShare = SmallShare,
        NeighbourShare = NeighbourShare,
        BeatSeconds = BeatSeconds,
        Serial = Serial,
        Firmware = Firmware,
        NextSerial = NextSerial,
        NextFirmware = NextFirmware,
        SalesByHour = [.. _salesByHour],
        DeclinesByHour = [.. _declinesByHour],
    };

    /// <summary>Share of declines that is normal here at this hour.</summary>
    public double DeclineRateAt(DateTimeOffset at) => Math.Max(DeclineRate, _prior.DeclineRateByHour[at.UtcDateTime.Hour]);

    public void LearnDecline(bool declined, DateTimeOffset at)
    {
        DeclineRate = Step(DeclineRate, declined);
        var hour = at.UtcDateTime.Hour;
        if (_salesByHour[hour] == FullHour) (_salesByHour[hour], _declinesByHour[hour]) = (FullHour / 2, _declinesByHour[hour] / 2);
        _salesByHour[hour]++;
        if (declined) _declinesByHour[hour]++;
    }

    /// <summary>Moves the median a step towards the amount, in proportion: a large amount moves it no further than a small one.</summary>
    public void LearnAmount(Money amount, bool small)
    {
        if (Currency != amount.Currency.Code) (Currency, MedianMinorUnits, Sales) = (amount.Currency.Code, 0, 0);
        Sales++;
        SmallShare = Step(SmallShare, small);
        var step = Math.Max(MedianLeastStep, 1.0 / (Sales + 1));
        MedianMinorUnits = MedianMinorUnits switch
        {
            0 => amount.MinorUnits,
            var median when amount.MinorUnits > median => median * (1 + step),
            var median when amount.MinorUnits < median => median * (1 - step),
            var median => median,
        };
    }

    /// <summary>Moves towards the gap that a tenth of all gaps stay below.</summary>
    public void LearnGap(double seconds)
    {
        var factor = seconds < BusyGapSeconds ? 1 - (QuantileStep * (1 - BusyQuantile)) : 1 + (QuantileStep * BusyQuantile);
        BusyGapSeconds = Math.Clamp(BusyGapSeconds * factor, 6, 15);
    }

    public void LearnNeighbour(bool neighbour) => NeighbourShare = Step(NeighbourShare, neighbour);

    public void LearnBeat(double seconds) => BeatSeconds = Math.Clamp(BeatSeconds + ((seconds - BeatSeconds) / 20), 5, 60);

    private static double Step(double rate, bool happened) => rate + (RateStep * ((happened ? 1 : 0) - rate));
}
