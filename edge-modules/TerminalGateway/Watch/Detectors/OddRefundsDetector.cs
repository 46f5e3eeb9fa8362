using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// Refunds of orders that were never sold here, and of more than was paid. One alone is a slip of the finger and is refused by the till;
/// two within a quarter of an hour, or one of a very large sum, is not. The same order typed again is half a slip, and one that is put right at
/// once (the sum for that order, or an order for that sum) is none.
/// </summary>
internal sealed class OddRefundsDetector : IDetector
{
    private const int Slips = 2;
    private const double LargeInMedians = 20;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PutRight = TimeSpan.FromMinutes(2);

    private readonly EvidenceRun _withoutSale = new(Slips, Memory);
    private readonly EvidenceRun _overSale = new(Slips, Memory);
    private (string OrderId, long MinorUnits, DateTimeOffset At)? _last;

    public Suspicion? See(Observation observation, TerminalMemory memory) => observation switch
    {
        RefundObserved { RefundableMinorUnits: null } refund =>
            Weigh(_withoutSale, AnomalyKind.RefundWithoutSale, refund, refund.AmountMinorUnits, memory, "refunds of orders that this PoP does not know"),
        RefundObserved { RefundableMinorUnits: { } left } refund when refund.AmountMinorUnits > left =>
            Weigh(_overSale, AnomalyKind.RefundOverSale, refund, refund.AmountMinorUnits - left, memory, "refunds of more than was paid"),
        RefundObserved refund => Forgive(refund, memory.Now),
        _ => null,
    };

    private Suspicion? Forgive(RefundObserved refund, DateTimeOffset now)
    {
        if (_last is not { } slip || now - slip.At > PutRight) return null;
        var sameOrder = slip.OrderId == TerminalMemory.Clip(refund.OrderId);
        if (!sameOrder && slip.MinorUnits != refund.AmountMinorUnits) return null;
        (sameOrder ? _overSale : _withoutSale).Add(-1, now, slip.OrderId);
        _last = null;
        return null;
    }

    private Suspicion? Weigh(
        EvidenceRun run, AnomalyKind kind, RefundObserved refund, long excessMinorUnits, TerminalMemory memory, string what)
    {
        var usual = memory.Baseline.MedianMinorUnits;
        var large = usual > 0 && excessMinorUnits >= usual * LargeInMedians;
        var orderId = TerminalMemory.Clip(refund.OrderId);
        var weight = orderId == _last?.OrderId ? 0.5 : large ? Slips : 1;
        _last = (orderId, refund.AmountMinorUnits, memory.Now);
        if (!run.Add(weight, memory.Now, orderId)) return null;
        var finding = string.Create(CultureInfo.InvariantCulture, $"{run.Count} {what}, the last {excessMinorUnits} minor units too much.");
        return new(kind, AnomalySeverity.Warning, run.Evidence(finding, excessMinorUnits, 0));
    }
}
