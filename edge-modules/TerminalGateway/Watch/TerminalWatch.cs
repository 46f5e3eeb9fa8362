using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch.Detectors;

namespace Marquee.TerminalGateway.Watch;

/// <summary>The watch over one terminal: it depends on that terminal's observations and on nothing of any other's.</summary>
internal sealed class TerminalWatch
{
    private readonly TerminalMemory _memory;
    private readonly Incidents _incidents;
    private readonly IDetector[] _detectors =
    [
        new DeclineSpikeDetector(),
        new ManyCardsDetector(),
        new SmallAmountsDetector(),
        new SequentialBinsDetector(),
        new OddRefundsDetector(),
        new OffHoursDetector(),
        new DeviceChangeDetector(serial: true),
        new DeviceChangeDetector(serial: false),
        new SilenceDetector(),
    ];

    public TerminalWatch(string terminalId, TerminalBaseline baseline, VenueHours hours) =>
        (_memory, _incidents) = (new TerminalMemory(baseline, hours), new Incidents(terminalId));

    public long Seen { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    public TerminalBaseline Baseline => _memory.Baseline;

    public void Reopen(AnomalyRaised told) => _incidents.Reopen(told);

    public void See(Observation observation, List<AnomalyRaised> alerts)
    {
        _memory.Begin(observation);
        if (observation is TerminalObservation) (Seen, LastAt) = (Seen + 1, _memory.Now);
        foreach (var detector in _detectors)
        {
            if (detector.See(observation, _memory) is { } suspicion && _incidents.Take(suspicion, _memory) is { } alert) alerts.Add(alert);
        }

        _memory.End(observation);
    }
}
