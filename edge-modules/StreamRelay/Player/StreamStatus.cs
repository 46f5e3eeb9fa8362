using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Signalling;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Player;

/// <summary>What anybody may know of a stream at this PoP.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="Title">Its event's.</param>
/// <param name="StartsAt">When its event is planned to start.</param>
/// <param name="IsLive">Whether somebody publishes it now, here or at a PoP that it comes from.</param>
/// <param name="Viewers">At this PoP, by WebRTC.</param>
internal sealed record StreamStatus(string StreamId, string Title, DateTimeOffset StartsAt, bool IsLive, int Viewers)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        "/streams/{streamId}",
        async (string streamId, StreamBook events, RelayMedia media, SessionDesk desk, HttpResponse response) =>
        {
            if (!Marquee.Domain.Streams.StreamId.TryParse(streamId, out var id) || events.Find(id.EventId) is not { } known) return Unknown;
            response.Headers.CacheControl = "no-store";
            var (status, refusal) = await desk.OnLoopAsync(() => (Of(media, streamId, known), (Refusal?)null));
            return refusal ?? Results.Json(status);
        });

    private static Refusal Unknown { get; } = new(StatusCodes.Status404NotFound, "unknown_stream", "This relay knows no such stream.");

    private static StreamStatus? Of(RelayMedia media, string streamId, ConfiguredStream known)
    {
        var stream = media.Streams.Find(streamId);
        return new StreamStatus(streamId, known.Title, known.StartsAt, stream?.Publisher is not null, stream?.ViewerCount ?? 0);
    }
}
