using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// Sales and refunds outside the hours of every event announced, with room for doors that open early and a last round, and for somebody who
/// tries the till in the afternoon. Without announced hours nothing is off.
/// </summary>
internal sealed class OffHoursDetector : IDetector
{
    private const int Tries = 3;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(60);

    private readonly EvidenceRun _run = new(Tries);

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        var orderId = observation switch
        {
            SaleObserved sale => sale.OrderId,
            RefundObserved refund => refund.OrderId,
            _ => null,
        };
        if (orderId is null || memory.Hours.Outside(memory.Now) is not { } outside || outside <= Grace) return null;
        if (!_run.Add(1, memory.Now, TerminalMemory.Clip(orderId))) return null;
        var finding = string.Create(CultureInfo.InvariantCulture, $"{_run.Count} sales or refunds {outside.TotalHours:F1} h outside the hours of any event.");
        return new(AnomalyKind.OffHours, AnomalySeverity.Warning, _run.Evidence(finding, outside.TotalHours, Grace.TotalHours));
    }
}
