using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>Who watches an event.</summary>
/// <param name="Viewers">Now, over all streams and PoPs.</param>
/// <param name="ViewerSeconds">Over the whole event.</param>
/// <param name="Streams">The latest of each stream and PoP, with when it was seen: a PoP that is cut off is as old as its silence.</param>
/// <param name="Minutes">By minute, stream and PoP, oldest first.</param>
public sealed record Viewership(int Viewers, long ViewerSeconds, long Joined, IReadOnlyList<ViewersNow> Streams, IReadOnlyList<ViewersMinute> Minutes);

/// <summary>An event's viewership as its PoPs' relays report it.</summary>
public sealed class ViewershipApi(EventStore events, ViewershipStore viewership)
{
    [Function("GetViewership")]
    public async Task<IResult> GetViewership(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/viewership")] HttpRequest request, string eventId, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is null)
        {
            return Problems.NotFound("event", eventId);
        }

        var streams = await viewership.NowAsync(eventId, cancellationToken);
        var minutes = await viewership.MinutesAsync(eventId, cancellationToken);
        return Body.Json(new Viewership(
            streams.Sum(stream => stream.Viewers), minutes.Sum(minute => minute.ViewerSeconds), minutes.Sum(minute => minute.Joined), streams, minutes));
    }
}
