using Marquee.Domain;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Http;

/// <summary>Is it alive, and how is it.</summary>
internal static class StatusEndpoints
{
    /// <summary>Alive whatever the lines do: a till without them is what it is for. 503 only when it cannot keep its journal.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) => routes.MapGet("/healthz", (IHealthSource health) =>
        Results.Json(health.Current, statusCode: health.Current.Status == "unhealthy" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK));

    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/status", Status);

    private static IResult Status(EdgeStore store, Outbox outbox, LineBreaker breaker, SyncState sync, IHealthSource health, EdgeSettings edge)
    {
        var line = breaker.Status;
        var (open, events) = store.Read(r => (SaleJournal.Open(r, int.MaxValue), EventBook.All(r)));
        var outstanding = open.Where(s => s.State == SaleState.ApprovedOffline).ToList();
        return Results.Json(new
        {
            popId = edge.PopId,
            module = edge.Module,
            version = edge.Version,
            mode = line.IsOnline ? "online" : "offline",
            since = line.Since,
            offlineReason = line.Reason,
            outboxPending = outbox.Pending(),
            outstandingOffline = new
            {
                count = outstanding.Count,
                totals = outstanding.GroupBy(s => s.Total.Currency).Select(g => g.Aggregate(Money.Zero(g.Key), (sum, s) => sum + s.Total)).ToList(),
            },
            underWay = open.Count - outstanding.Count,
            health = health.Current,
            sync = sync.Snapshot,
            events = events.Select(e => new { e.EventId, e.Title, e.Phase, e.Version, drained = e.DrainedVersion == e.Version }).ToList(),
        });
    }
}
