using System.Diagnostics.Metrics;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>
/// The relay's metrics, read from the last sample whenever an exporter asks. Durations are in seconds, as OpenTelemetry and Prometheus
/// have them.
/// </summary>
internal sealed class RelayMeter
{
    public const string Name = "Marquee.StreamRelay";

    private const double MicrosecondsPerSecond = 1e6;

    private readonly FigureSampler _figures;

    public RelayMeter(IMeterFactory meters, FigureSampler figures)
    {
        _figures = figures;
        var meter = meters.Create(Name);
        Streams(meter);
        meter.CreateObservableGauge("marquee.relay.peers", () => Now.Peers, "{peer}", "WebRTC peers, publishers and viewers.");
        meter.CreateObservableGauge("marquee.relay.handshakes", () => Now.Handshakes, "{handshake}", "DTLS handshakes under way.");
        meter.CreateObservableCounter("marquee.relay.dropped.datagrams", () => Now.Dropped, "{datagram}", "Datagrams of no peer or of no known form.");
        meter.CreateObservableCounter("marquee.relay.media.allocated", () => Now.MediaAllocatedBytes, "By",
            "Allocated by receiving and sending: stands still in steady state.");
        meter.CreateObservableGauge("marquee.relay.hop.latency", () => Quantiles(Now.Hop), "s",
            "Ingest to egress in this relay, of the last 10 to 20 s, by quantile.");
    }

    private RelayFigures Now => _figures.Current;

    private void Streams(Meter meter)
    {
        Gauge(meter, "marquee.stream.live", "1", "1 while a publisher's packets come in.", s => s.IsLive ? 1 : 0);
        Gauge(meter, "marquee.stream.viewers", "{viewer}", "Viewers now.", s => s.Viewers);
        Gauge(meter, "marquee.stream.ingest.bitrate", "bit/s", "Rate from the publisher.", s => s.IngestBitsPerSecond);
        Gauge(meter, "marquee.stream.ingest.jitter", "s", "Interarrival jitter.", s => s.JitterMs / 1000);
        Gauge(meter, "marquee.stream.viewer.loss", "1", "Mean share of video packets that viewers last reported lost.", s => s.ViewerLoss);
        Count(meter, "marquee.stream.viewers.joined", "{viewer}", "Viewers that came.", s => s.Joined);
        Count(meter, "marquee.stream.ingest.packets", "{packet}", "Packets from the publisher.", s => s.Ingress.Packets);
        Count(meter, "marquee.stream.ingest.lost", "{packet}", "Packets missing from the publisher.", s => s.Ingress.Lost);
        Count(meter, "marquee.stream.ingest.nacks", "{packet}", "Packets that the publisher was asked for again.", s => s.Ingress.NacksSent);
        Count(meter, "marquee.stream.ingest.keyframe.requests", "{request}", "PLI and FIR to the publisher.", s => s.Ingress.KeyFrameRequests);
        Count(meter, "marquee.stream.freezes", "{freeze}", "Freezes of the source.", s => s.Ingress.Freezes);
        Seconds(meter, "marquee.stream.freezes.duration", "How long the source's freezes lasted.", s => s.Ingress.FrozenUs / MicrosecondsPerSecond);
        Count(meter, "marquee.stream.egress.packets", "{packet}", "Packets to viewers.", s => s.Egress.Packets);
        Count(meter, "marquee.stream.egress.bytes", "By", "Payload to viewers.", s => s.Egress.Bytes);
        Count(meter, "marquee.stream.egress.repeated", "{packet}", "Packets sent again because a viewer asked.", s => s.Egress.Repeated);
        Count(meter, "marquee.stream.egress.nacks", "{packet}", "Packets that viewers asked for again.", s => s.Egress.Nacks);
        Count(meter, "marquee.stream.egress.keyframe.requests", "{request}", "PLI and FIR from viewers.", s => s.Egress.KeyFrameRequests);
        Count(meter, "marquee.stream.egress.pauses", "{pause}", "Times that a slow viewer's video paused.", s => s.Egress.Pauses);
        meter.CreateObservableGauge("marquee.stream.first_frame", () => Now.Streams.SelectMany(s => Quantiles(s.FirstFrame, s.Id)), "s",
            "From a viewer's connection to its first whole frame, by quantile.");
    }

    private void Gauge(Meter meter, string name, string unit, string description, Func<StreamFigures, double> value) =>
        meter.CreateObservableGauge(name, () => Now.Streams.Select(s => new Measurement<double>(value(s), OfStream(s.Id))), unit, description);

    private void Count(Meter meter, string name, string unit, string description, Func<StreamFigures, long> value) =>
        meter.CreateObservableCounter(name, () => Now.Streams.Select(s => new Measurement<long>(value(s), OfStream(s.Id))), unit, description);

    private void Seconds(Meter meter, string name, string description, Func<StreamFigures, double> value) =>
        meter.CreateObservableCounter(name, () => Now.Streams.Select(s => new Measurement<double>(value(s), OfStream(s.Id))), "s", description);

    private static IEnumerable<Measurement<double>> Quantiles(LatencyFigures figures, string? streamId = null)
    {
        foreach (var (quantile, us) in figures.Quantiles)
        {
            var tag = new KeyValuePair<string, object?>("quantile", quantile);
            yield return streamId is null
                ? new Measurement<double>(us / MicrosecondsPerSecond, tag)
                : new Measurement<double>(us / MicrosecondsPerSecond, tag, OfStream(streamId));
        }
    }

    private static KeyValuePair<string, object?> OfStream(string id) => new("marquee.stream.id", id);
}
