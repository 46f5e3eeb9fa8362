using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway;

/// <summary>The till's condition: unhealthy without its journal, degraded without the processor or with little room for facts.</summary>
internal sealed class TillHealth(EdgeStore store, Outbox outbox, LineBreaker breaker) : IHealthSource
{
    public string Stream => TillFacts.Stream;

    public NodeCondition Current
    {
        get
        {
            long room;
            try
            {
                room = store.Read(outbox.Room);
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                return NodeCondition.Unhealthy("journal_unreadable");
            }

            if (room < outbox.Capacity / 10) return NodeCondition.Degraded("outbox_filling");
            return breaker.IsOnline ? NodeCondition.Healthy : NodeCondition.Degraded("processor_unreachable");
        }
    }
}
