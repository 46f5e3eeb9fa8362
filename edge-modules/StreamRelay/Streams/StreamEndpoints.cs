using Marquee.Domain;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Streams;

/// <summary>A stream as anybody may know it.</summary>
/// <param name="StartsAt">As its event is planned.</param>
/// <param name="IsLive">Pictures or sound have come within the last second.</param>
/// <param name="Viewers">At this PoP.</param>
internal sealed record StreamState(string StreamId, string Title, EventPhase Phase, DateTimeOffset StartsAt, bool IsLive, int Viewers);

/// <summary>What a player shows around the picture.</summary>
internal static class StreamEndpoints
{
    public static void MapStreams(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/streams/{streamId}", async (string streamId, StreamBook events, RelayMedia media, HttpResponse response) =>
        {
            if (!StreamId.TryParse(streamId, out var id) || events.Find(id.EventId) is not { } known)
                return (IResult)TokenRefusals.UnknownStream;
            response.Headers.CacheControl = "no-store";
            return Results.Json(await media.Loop.InvokeAsync(() => Now(streamId, known, media)));
        });

    private static StreamState Now(string streamId, ConfiguredStream known, RelayMedia media)
    {
        var stream = media.Streams.Find(streamId);
        var nowUs = media.Streams.Clock.ToMicroseconds(media.Loop.Now);
        var isLive = stream?.Publisher?.Layers.Any(layer => layer.IsLive(nowUs)) == true;
        return new StreamState(streamId, known.Title, known.Phase, known.StartsAt, isLive, stream?.ViewerCount ?? 0);
    }
}
