using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// Whether the outbox takes more facts about stock or fulfilment: only from what open sales do not need for the facts that they will have.
/// </summary>
internal static class FactRoom
{
    public static bool IsLeft(EdgeReader reader, Outbox outbox, int facts = 1) => TillRoom.Left(reader, outbox) >= facts;
}
