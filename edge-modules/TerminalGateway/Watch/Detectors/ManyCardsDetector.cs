using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// New cards four times as fast as this terminal's busiest queue moves. A queue is bounded by people who take out cards; a script is not.
/// </summary>
internal sealed class ManyCardsDetector : IDetector
{
    private const double TimesFaster = 4;
    private const double Threshold = 5;

    /// <summary>Past this, a longer gap is no better sign of a normal evening.</summary>
    private const double LeastWeight = -4;

    private readonly EvidenceRun _run = new(Threshold);
    private DateTimeOffset? _lastNewCardAt;

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        if (observation is not SaleObserved sale || !memory.IsNew(sale)) return null;
        var gap = _lastNewCardAt is { } last ? (memory.Now - last).TotalSeconds : double.MaxValue;
        _lastNewCardAt = memory.Now;

        // Exponential gaps: the log-likelihood ratio of a rate that is so many times the busy one.
        var busyGap = memory.Baseline.BusyGapSeconds;
        var weight = Math.Max(LeastWeight, Math.Log(TimesFaster) - ((TimesFaster - 1) * Math.Min(gap / busyGap, 100)));
        var raised = _run.Add(weight, memory.Now, TerminalMemory.Clip(sale.OrderId));
        if (!_run.IsRaised && gap < double.MaxValue) memory.Baseline.LearnGap(gap);
        if (!raised) return null;
        var seconds = (memory.Now - _run.FirstAt).TotalSeconds;
        var finding = string.Create(
            CultureInfo.InvariantCulture, $"{_run.Count} new cards in {seconds:F0} s where {busyGap:F0} s between two is a full queue.");
        return new(AnomalyKind.ManyCards, AnomalySeverity.Warning, _run.Evidence(finding, _run.Count == 1 ? gap : seconds / (_run.Count - 1), busyGap));
    }
}
