using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Http;

/// <summary>Is it alive, and which streams does it know.</summary>
internal static class RelayEndpoints
{
    public static void MapRelay(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (IHealthSource health) =>
            Results.Json(health.Current, statusCode: health.Current.Status == "unhealthy" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK));
        routes.MapGet("/v1/status", (EdgeSettings edge, EdgeStore store, SyncState sync, IHealthSource health) => Results.Json(new
        {
            popId = edge.PopId,
            module = edge.Module,
            version = edge.Version,
            health = health.Current,
            streams = store.Read(StreamBook.All),
            sync = sync.Snapshot,
        }));
    }
}
