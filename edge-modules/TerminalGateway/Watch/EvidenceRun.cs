using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// Adds up evidence for a change by Page's CUSUM: the log-likelihood ratio of each observation, never below zero, so that a normal past does
/// not weigh against an attack that begins now. Holds the score and a few orders, whatever comes.
/// </summary>
internal sealed class EvidenceRun(double threshold, TimeSpan? memory = null)
{
    /// <summary>After this long without new evidence, the old is forgotten.</summary>
    private readonly TimeSpan _memory = memory ?? TimeSpan.FromMinutes(30);

    /// <summary>The score goes no higher than this many thresholds, so that it comes down when the attack is over.</summary>
    private const double Cap = 1.5;

    private readonly List<string> _orders = new(AnomalyEvidence.MaxOrders);
    private double _score;
    private DateTimeOffset _lastAt;

    /// <summary>Observations that spoke for it since the score was last zero.</summary>
    public int Count { get; private set; }

    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>At the threshold: nothing is learnt from what looks like an attack.</summary>
    public bool IsRaised => _score >= threshold;

    /// <summary>Whether this observation speaks for a change and the score is at the threshold.</summary>
    public bool Add(double weight, DateTimeOffset at, string orderId)
    {
        if (_score > 0 && at - _lastAt > _memory) Clear();
        _score = Math.Clamp(_score + weight, 0, threshold * Cap);
        if (_score <= 0)
        {
            Clear();
            return false;
        }

        if (weight <= 0) return false;
        _lastAt = at;
        if (Count++ == 0) FirstAt = at;
        if (_orders.Count < AnomalyEvidence.MaxOrders) _orders.Add(orderId);
        return _score >= threshold;
    }

    public AnomalyEvidence Evidence(string finding, double measured, double expected) =>
        new(finding, measured, expected, Count, FirstAt, _lastAt, [.. _orders]);

    private void Clear()
    {
        (_score, Count) = (0, 0);
        _orders.Clear();
    }
}
