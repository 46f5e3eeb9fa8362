using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// New cards whose first six digits were not seen here lately and are one to three away from those of the cards just before, again and again:
/// numbers made up in order. One bank's ranges lie side by side too, but its customers come with the same few of them. Deaf where the first six
/// digits are not known.
/// </summary>
internal sealed class SequentialBinsDetector : IDetector
{
    private const int MaxSeen = 128;
    private const int Looked = 3;
    private const int Furthest = 3;
    private const double AttackShare = 0.80;
    private const double LeastNormalShare = 0.04;
    private const double MostNormalShare = 0.25;
    private const double Threshold = 9;

    private readonly EvidenceRun _run = new(Threshold);
    private readonly Queue<int> _seen = new(MaxSeen);

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        if (observation is not SaleObserved { Bin.Length: 6 } sale || !memory.IsNew(sale)) return null;
        if (!int.TryParse(sale.Bin, NumberStyles.None, CultureInfo.InvariantCulture, out var bin)) return null;
        var neighbour = IsNext(bin);
        if (_seen.Count == MaxSeen) _seen.Dequeue();
        _seen.Enqueue(bin);

        var normal = Math.Clamp(memory.Baseline.NeighbourShare, LeastNormalShare, MostNormalShare);
        var weight = neighbour ? Math.Log(AttackShare / normal) : Math.Log((1 - AttackShare) / (1 - normal));
        var raised = _run.Add(weight, memory.Now, TerminalMemory.Clip(sale.OrderId));
        if (!_run.IsRaised) memory.Baseline.LearnNeighbour(neighbour);
        if (!raised) return null;
        var finding = string.Create(
            CultureInfo.InvariantCulture, $"{_run.Count} cards with first six digits in a row up to {bin:D6} where {normal:P0} of them being neighbours is normal.");
        return new(AnomalyKind.SequentialBins, AnomalySeverity.Warning, _run.Evidence(finding, _run.Count, normal));
    }

    private bool IsNext(int bin)
    {
        var (at, near) = (0, false);
        foreach (var seen in _seen)
        {
            if (seen == bin) return false;
            near |= ++at > _seen.Count - Looked && Math.Abs(seen - bin) <= Furthest;
        }

        return near;
    }
}
