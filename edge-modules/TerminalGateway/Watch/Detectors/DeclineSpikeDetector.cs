using System.Globalization;
using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// Declines at a rate of two in three, against the rate that is normal here. A card that was declined already tells nothing when it is tried
/// again, and where the processor names a card anew at every tap, a decline of the same sum just after one is most likely the same customer's;
/// an approval of that sum is the customer's other card.
/// </summary>
internal sealed class DeclineSpikeDetector : IDetector
{
    private const double AttackRate = 0.65;
    private const double LeastNormalRate = 0.05;
    private const double MostNormalRate = 0.20;
    private const double Threshold = 5.8;

    /// <summary>By how often the same sum was declined in a row: nobody stands there for a fifth try.</summary>
    private static readonly double[] WeightOfTry = [1, 0.3, 0.3, 0.5];
    private const double WeightOfPayment = 2;
    private static readonly TimeSpan TriesWithin = TimeSpan.FromSeconds(60);

    private readonly EvidenceRun _run = new(Threshold);
    private (Money Amount, DateTimeOffset At, int Tries)? _declined;

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        if (observation is not SaleObserved { CardToken: { } card, Outcome: SaleOutcome.Approved or SaleOutcome.Declined } sale) return null;
        var declined = sale.Outcome == SaleOutcome.Declined;
        if (declined && memory.Cards.WasDeclined(TerminalMemory.Clip(card))) return null;
        var tries = declined ? Tries(sale, memory.Now) : 0;

        var normal = Math.Clamp(memory.Baseline.DeclineRateAt(memory.Now), LeastNormalRate, MostNormalRate);
        var weight = declined ? Math.Log(AttackRate / normal) : Math.Log((1 - AttackRate) / (1 - normal));
        if (tries > 0 && tries <= WeightOfTry.Length) weight *= WeightOfTry[tries - 1];
        if (!declined && IsAgain(sale, memory.Now)) weight *= WeightOfPayment;
        var raised = _run.Add(weight, memory.Now, TerminalMemory.Clip(sale.OrderId));
        if (!_run.IsRaised && tries <= 1) memory.Baseline.LearnDecline(declined, memory.Now);
        if (!raised) return null;
        var finding = string.Create(CultureInfo.InvariantCulture, $"{_run.Count} cards declined where {normal:P0} is normal.");
        return new(AnomalyKind.DeclineSpike, AnomalySeverity.Warning, _run.Evidence(finding, _run.Count, normal));
    }

    private int Tries(SaleObserved sale, DateTimeOffset now)
    {
        var tries = IsAgain(sale, now) ? Math.Min(_declined!.Value.Tries + 1, WeightOfTry.Length + 1) : 1;
        _declined = sale.Amount is { } amount ? (amount, now, tries) : null;
        return tries;
    }

    private bool IsAgain(SaleObserved sale, DateTimeOffset now) =>
        _declined is { } last && sale.Amount == last.Amount && now - last.At <= TriesWithin;
}
