using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Http;

/// <summary>The catalogue with what is left of it at this PoP.</summary>
internal static class EventsEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", (EdgeStore store) =>
            Results.Json(new { events = store.Read(r => EventBook.All(r).Select(e => EventResource.Of(e, EventBook.Stock(r, e.EventId))).ToList()) }));
        routes.MapGet("/events/{eventId}", (string eventId, EdgeStore store) => store.Read(r =>
            EventBook.Find(r, eventId) is { } found ? EventResource.Of(found, EventBook.Stock(r, eventId)) : null) is { } resource
                ? Results.Json(resource)
                : Problems.Of(StatusCodes.Status404NotFound, "unknown_event", "This PoP has no such event."));
    }
}
