using System.Globalization;
using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// A run of small amounts on new cards. Small is far under what this terminal usually takes, or under the cheapest thing that the event
/// sells. A terminal that has taken little yet has no usual amount: there only declined ones and those under the cheapest price count in full.
/// Whoever tries cards out does not wait, so one that comes long after the last speaks less.
/// </summary>
internal sealed class SmallAmountsDetector : IDetector
{
    private const double SmallPartOfMedian = 0.25;
    private const double UnderCheapest = 0.95;
    private const double AttackShare = 0.75;
    private const double LeastNormalShare = 0.03;
    private const double MostNormalShare = 0.40;
    private const double Threshold = 8.5;
    private const int FewSales = 10;
    private const double WeightWhileFew = 0.4;
    private const double WeightOfSlow = 0.5;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);

    private readonly EvidenceRun _run = new(Threshold);
    private DateTimeOffset _lastSmallAt;

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        if (observation is not SaleObserved { Amount: { } amount } sale || !memory.IsNew(sale)) return null;
        var baseline = memory.Baseline;
        var cheap = IsUnderCheapest(sale, amount, memory);
        var small = cheap || (SameCurrency(baseline, amount) && amount.MinorUnits <= baseline.MedianMinorUnits * SmallPartOfMedian);
        var normal = Math.Clamp(baseline.SmallShare, LeastNormalShare, MostNormalShare);
        var weight = small ? Math.Log(AttackShare / normal) : Math.Log((1 - AttackShare) / (1 - normal));
        if (small && memory.Now - _lastSmallAt > Slow) weight *= WeightOfSlow;
        if (small) _lastSmallAt = memory.Now;
        if (small && !cheap && baseline.Sales < FewSales && sale.Outcome != SaleOutcome.Declined) weight *= WeightWhileFew;
        var raised = _run.Add(weight, memory.Now, TerminalMemory.Clip(sale.OrderId));
        var usual = baseline.MedianMinorUnits;
        if (!_run.IsRaised) baseline.LearnAmount(amount, small);
        if (!raised) return null;
        var finding = string.Create(
            CultureInfo.InvariantCulture, $"{_run.Count} new cards with small amounts, the last {amount}, where {usual:F0} minor units are usual.");
        return new(AnomalyKind.SmallAmounts, AnomalySeverity.Warning, _run.Evidence(finding, amount.MinorUnits, usual));
    }

    private static bool IsUnderCheapest(SaleObserved sale, Money amount, TerminalMemory memory) =>
        memory.Hours.Find(sale.EventId) is { } announced && amount.MinorUnits < announced.LeastPriceMinorUnits * UnderCheapest;

    private static bool SameCurrency(TerminalBaseline baseline, Money amount) => baseline.Currency == amount.Currency.Code;
}
