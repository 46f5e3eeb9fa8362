using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Payments;

namespace Marquee.TerminalGateway.Tonight;

/// <summary><c>GET /v1/staff/reconciliation?eventId=</c>: of one event, or of every one that this PoP has.</summary>
internal static class TonightEndpoints
{
    public static void MapReconciliation(this IEndpointRouteBuilder staff) => staff.MapGet("/reconciliation", Reconcile);

    private static IResult Reconcile(
        string? eventId, EdgeStore store, JournalProof proof, LineBreaker breaker, Outbox outbox, EdgeSettings edge, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var events = store.Read(r => EventBook.All(r).Where(e => eventId is null || e.EventId == eventId).Select(e => Reckoning.Of(r, e, now)).ToList());
        if (eventId is not null && events.Count == 0)
            return Problems.Of(StatusCodes.Status404NotFound, "unknown_event", "This PoP has no such event.");
        var line = breaker.Status;
        return Results.Json(new
        {
            now,
            popId = edge.PopId,
            mode = line.IsOnline ? "online" : "offline",
            since = line.Since,
            // Facts that the cloud has not taken yet; none of the figures waits for them.
            outboxPending = outbox.Pending(),
            journal = proof.Current(),
            events,
        });
    }
}
