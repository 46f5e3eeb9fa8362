using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales.Refunds;

namespace Marquee.TerminalGateway.Sales;

/// <summary>
/// Tells the cloud that nothing more comes of an event: selling is over and every sale and refund has the processor's last word. Said once per version
/// of the configuration, behind every fact of the event in the same stream.
/// </summary>
internal static class Draining
{
    public static void ReportIfDrained(EdgeTransaction tx, Outbox outbox, string eventId)
    {
        var popEvent = EventBook.Find(tx, eventId);
        if (popEvent is not { IsOver: true } || popEvent.DrainedVersion >= popEvent.Version || SaleJournal.AnyOpen(tx, eventId)) return;
        if (RefundRegister.AnyOpen(tx, eventId)) return;
        var online = SaleJournal.Sum(tx, eventId, SaleState.ApprovedOnline);
        var captured = SaleJournal.Sum(tx, eventId, SaleState.Captured);
        var declined = SaleJournal.Sum(tx, eventId, SaleState.DeclinedAtForward);
        var money = new Money(checked(online.MinorUnits + captured.MinorUnits), popEvent.Currency);
        outbox.Append(tx, TillFacts.Stream, new PopDrained(eventId, popEvent.Version, online.Count, captured.Count, declined.Count, money));
        EventBook.MarkDrained(tx, eventId, popEvent.Version);
    }
}
