using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales.Refunds;

namespace Marquee.TerminalGateway.Sales;

/// <summary>Places for facts: each open sale and refund has one to come, and it has its place before any new one's.</summary>
internal static class TillRoom
{
    public static long Left(EdgeReader reader, Outbox outbox) => outbox.Room(reader) - SaleJournal.CountOpen(reader) - RefundRegister.CountOpen(reader);
}
