using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Recording;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Http;

/// <summary>Which streams the relay knows, and how its line to the cloud is.</summary>
internal static class RelayEndpoints
{
    public static void MapRelay(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", (
            EdgeSettings edge, EdgeStore store, SyncState sync, IHealthSource health, EncoderService encoders, RecordingService recordings) =>
            Results.Json(new
            {
                popId = edge.PopId,
                module = edge.Module,
                version = edge.Version,
                health = health.Current,
                streams = store.Read(StreamBook.All),
                encoders = encoders.Status,
                recordings = recordings.Status,
                sync = sync.Snapshot,
            }));
    }
}
