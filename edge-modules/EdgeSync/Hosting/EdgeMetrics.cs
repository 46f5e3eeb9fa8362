using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marquee.EdgeSync.Hosting;

/// <summary>
/// Metrics and traces of EdgeSync under OpenTelemetry's names (semantic conventions for messaging); whoever runs the module attaches an exporter.
/// </summary>
public sealed class EdgeMetrics
{
    public const string Name = "Marquee.EdgeSync";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly KeyValuePair<string, object?> System = new("messaging.system", "servicebus");

    // As the semantic conventions advise for this histogram.
    private static readonly double[] SecondsBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Counter<long> _sent;
    private readonly Counter<long> _consumed;
    private readonly Histogram<double> _duration;

    public EdgeMetrics(IMeterFactory meters, Facts.Outbox outbox)
    {
        var meter = meters.Create(Name);
        _sent = meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Facts that the broker accepted.");
        _consumed = meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Commands taken from the subscription.");
        _duration = meter.CreateHistogram("messaging.client.operation.duration", "s", "Duration of a send.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBoundaries });
        meter.CreateObservableGauge("marquee.edge.outbox.pending", outbox.Pending, "{fact}", "Facts that wait for the line.");
    }

    internal void Sent(int facts, TimeSpan duration)
    {
        _sent.Add(facts, System);
        _duration.Record(duration.TotalSeconds, System, new("messaging.operation.name", "send"));
    }

    internal void SendFailed(TimeSpan duration, string errorType) =>
        _duration.Record(duration.TotalSeconds, System, new("messaging.operation.name", "send"), new("error.type", errorType));

    internal void Consumed(string outcome) => _consumed.Add(1, System, new KeyValuePair<string, object?>("marquee.command.outcome", outcome));
}
