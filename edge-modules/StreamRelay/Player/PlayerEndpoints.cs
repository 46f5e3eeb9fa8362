using Marquee.Domain.Streams;
using Microsoft.Net.Http.Headers;

namespace Marquee.StreamRelay.Player;

/// <summary>
/// The pages of a stream: one to watch it, one to send it from a browser. They are the same for all streams, who or what they are about
/// is in their address, and a token in its fragment is not sent to us. What they tell of the stream comes from <c>/streams/{streamId}</c>.
/// </summary>
internal static class PlayerEndpoints
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors ";

    private const string WatchPermissions = "camera=(), microphone=(), display-capture=(), geolocation=(), autoplay=*, fullscreen=*, picture-in-picture=*";
    private const string PublishPermissions = "camera=(self), microphone=(self), display-capture=(self), geolocation=()";

    /// <param name="routes">The relay's.</param>
    /// <param name="settings">Who may show the player in a frame. The page that sends is shown in none: it asks for the camera.</param>
    public static void MapPlayer(this IEndpointRouteBuilder routes, PlayerSettings settings)
    {
        var assets = new PlayerAssets();
        MapPage(routes, "/player/{streamId}", assets.Page("player.html"), Policy + settings.FrameAncestors, WatchPermissions);
        MapPage(routes, "/publish/{streamId}", assets.Page("publish.html"), Policy + "'none'", PublishPermissions);
        routes.MapGet("/player/assets/{name}", (string name, HttpResponse response) =>
        {
            if (assets.Find(name) is not { } asset) return Results.Problem(statusCode: StatusCodes.Status404NotFound, extensions: Code("unknown_asset"));
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            response.Headers.XContentTypeOptions = "nosniff";
            return Results.Bytes(asset.Content, asset.ContentType, entityTag: new EntityTagHeaderValue(asset.ETag));
        });
        // The sender reports that viewers get are in this clock; a player that knows how far its own is off can tell the latency.
        routes.MapGet("/player/clock/now", (RelayMedia media, TimeProvider time, HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            var clock = media.Streams.Clock;
            var now = clock.NtpAt(clock.ToMicroseconds(time.GetTimestamp()));
            return Results.Json(new { ntpMilliseconds = now.ToMicroseconds() / 1000.0 });
        });
    }

    private static void MapPage(IEndpointRouteBuilder routes, string pattern, PlayerAsset page, string policy, string permissions) =>
        routes.MapGet(pattern, (string streamId, HttpResponse response) =>
        {
            if (!StreamId.TryParse(streamId, out _)) return Results.Problem(statusCode: StatusCodes.Status404NotFound, extensions: Code("unknown_stream"));
            response.Headers.ContentSecurityPolicy = policy;
            response.Headers["Permissions-Policy"] = permissions;
            response.Headers["Referrer-Policy"] = "no-referrer"; // the address may hold a token
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.CacheControl = "no-cache";
            return Results.Bytes(page.Content, page.ContentType, entityTag: new EntityTagHeaderValue(page.ETag));
        });

    private static Dictionary<string, object?> Code(string code) => new() { ["code"] = code };
}
