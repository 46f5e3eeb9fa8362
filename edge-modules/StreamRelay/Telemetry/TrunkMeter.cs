using System.Diagnostics.Metrics;
using Marquee.StreamRelay.Trunk.Links;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>The metrics of the trunks: by neighbour, by link, and by stream that comes in over one.</summary>
internal sealed class TrunkMeter
{
    private const double MicrosecondsPerSecond = 1e6;

    private readonly FigureSampler _figures;

    public TrunkMeter(IMeterFactory meters, FigureSampler figures)
    {
        _figures = figures;
        var meter = meters.Create(RelayMeter.Name);
        Neighbours(meter);
        Links(meter);
        Feeds(meter);
    }

    private void Neighbours(Meter meter)
    {
        Gauge(meter, "marquee.trunk.up", "1", "1 while the neighbour answers.", t => t.IsUp ? 1 : 0);
        Gauge(meter, "marquee.trunk.clock.offset", "s", "The neighbour's clock less ours.", t => t.ClockOffsetUs / MicrosecondsPerSecond);
        Gauge(meter, "marquee.trunk.clock.uncertainty", "s", "How far that may be off, either way.", t => t.ClockUncertaintyUs / MicrosecondsPerSecond);
        Count(meter, "marquee.trunk.sent", "Packets sent to the neighbour, each once.", t => t.Sent);
        Count(meter, "marquee.trunk.delivered", "Packets of the neighbour's, each once.", t => t.Delivered);
        Count(meter, "marquee.trunk.duplicates", "Packets that had come before, over another link.", t => t.Duplicates);
        Count(meter, "marquee.trunk.repaired", "Packets that came after they had been asked for again.", t => t.Repaired);
        Count(meter, "marquee.trunk.lost", "Packets that never came, or past the latency budget.", t => t.Lost);
        Count(meter, "marquee.trunk.bogus", "Datagrams that did not open.", t => t.Bogus);
    }

    private void Links(Meter meter)
    {
        Link(meter, "marquee.trunk.link.up", "1", "1 while streams may rely on the link.", l => l.State == LinkState.Up ? 1 : 0);
        Link(meter, "marquee.trunk.link.rtt", "s", "Round trip.", l => l.RoundTripUs / MicrosecondsPerSecond);
        Link(meter, "marquee.trunk.link.jitter", "s", "Jitter of what comes in.", l => l.JitterUs / MicrosecondsPerSecond);
        Link(meter, "marquee.trunk.link.loss", "1", "Share of what we send that does not get there.", l => l.Loss);
        Link(meter, "marquee.trunk.link.silence", "s", "Since something was heard.", l => l.SilenceUs / MicrosecondsPerSecond);
        Link(meter, "marquee.trunk.link.silences", "{silence}", "How often the link was found dead.", l => l.Silences);
        Link(meter, "marquee.trunk.link.sent.bitrate", "bit/s", "Goodput out.", l => l.SentBitsPerSecond);
        Link(meter, "marquee.trunk.link.received.bitrate", "bit/s", "Goodput in.", l => l.ReceivedBitsPerSecond);
        Link(meter, "marquee.trunk.link.slots", "1", "1 when a satellite's slots were learned.", l => l.HasSlots ? 1 : 0);
    }

    private void Feeds(Meter meter)
    {
        Latency(meter, "marquee.stream.trunk.latency", "From the first relay's ingest to here, by quantile, by aligned clocks.", f => f.FromIngest);
        Latency(meter, "marquee.stream.trunk.hop.latency", "From the neighbour's sending to here, by quantile, by aligned clocks.", f => f.FromNeighbour);
        meter.CreateObservableGauge("marquee.stream.trunk.latency.uncertainty",
            () => Now.SelectMany(t => t.Feeds.Select(f => new Measurement<double>(f.UncertaintyUs / MicrosecondsPerSecond, Of(t), OfStream(f)))), "s",
            "How far the clocks of the latency may be off, either way.");
    }

    private IReadOnlyList<TrunkFigures> Now => _figures.Current.Trunks;

    private void Gauge(Meter meter, string name, string unit, string description, Func<TrunkFigures, double> value) =>
        meter.CreateObservableGauge(name, () => Now.Select(t => new Measurement<double>(value(t), Of(t))), unit, description);

    private void Count(Meter meter, string name, string description, Func<TrunkFigures, long> value) =>
        meter.CreateObservableCounter(name, () => Now.Select(t => new Measurement<long>(value(t), Of(t))), "{packet}", description);

    private void Link(Meter meter, string name, string unit, string description, Func<LinkFigures, double> value) =>
        meter.CreateObservableGauge(name,
            () => Now.SelectMany(t => t.Links.Select(l => new Measurement<double>(value(l), Of(t), new KeyValuePair<string, object?>("marquee.trunk.link", l.Name)))),
            unit, description);

    private void Latency(Meter meter, string name, string description, Func<FeedFigures, LatencyFigures> which) =>
        meter.CreateObservableGauge(name, () => Now.SelectMany(t => t.Feeds.SelectMany(f => Quantiles(which(f), Of(t), OfStream(f)))), "s", description);

    private static IEnumerable<Measurement<double>> Quantiles(LatencyFigures figures, params KeyValuePair<string, object?>[] tags) => figures.Quantiles
        .Select(q => new Measurement<double>(q.Us / MicrosecondsPerSecond, [.. tags, new KeyValuePair<string, object?>("quantile", q.Quantile)]));

    private static KeyValuePair<string, object?> Of(TrunkFigures trunk) => new("marquee.trunk.neighbour", trunk.Neighbour);

    private static KeyValuePair<string, object?> OfStream(FeedFigures feed) => new("marquee.stream.id", feed.StreamId);
}
