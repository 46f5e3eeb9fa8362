using System.Globalization;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Hls;

/// <summary>Low-latency HLS (RFC 8216bis) over HTTP. Playlists need a token, what they name has its proof in its name.</summary>
internal static class HlsEndpoints
{
    private const string SegmentType = "video/mp4";

    // What is there never changes, and a CDN may keep it for as long as anybody could want it.
    private const string Immutable = "public, max-age=3600, immutable";

    private static readonly Refusal NotLive = new(StatusCodes.Status404NotFound, "stream_not_live", "Nobody publishes this stream now.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    private static readonly Refusal TooLate = new(
        StatusCodes.Status503ServiceUnavailable, "hls_not_in_time", "What was asked for did not come in time.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Refusal BadDirective = new(
        StatusCodes.Status400BadRequest, "hls_directive_invalid", "The delivery directives cannot be met.");

    private static readonly Refusal NoSegment = new(StatusCodes.Status404NotFound, "unknown_segment", "There is no such segment, or no longer.");

    public static void MapHls(this IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/hls/{streamId}/index.m3u8", methods, MultivariantAsync);
        routes.MapMethods("/hls/{streamId}/media.m3u8", methods, MediaAsync);
        routes.MapMethods("/hls/{streamId}/{name}", methods, PieceAsync);
    }

    private static async Task<IResult> MultivariantAsync(HttpContext context, string streamId, StreamGate gate, HlsService hls)
    {
        var entry = await gate.EnterAsync(context.Request, streamId, StreamScope.View, allowQuery: true);
        if (!entry.IsOpen) return entry.Refusal;
        if (await hls.OpenAsync(streamId, context.RequestAborted) is not { } stream) return NotLive;
        if (await stream.WhenAsync(s => s.IsPlayable, context.RequestAborted) is not { } snapshot) return TooLate;
        // A token that came by the address goes on by it: a player sends none by itself.
        var token = context.Request.Query["access_token"] is [{ Length: > 0 } text] ? "?access_token=" + Uri.EscapeDataString(text) : "";
        return Playlist(context, HlsPlaylist.Multivariant(snapshot, "media.m3u8" + token), "max-age=1");
    }

    private static async Task<IResult> MediaAsync(HttpContext context, string streamId, StreamGate gate, HlsService hls)
    {
        var entry = await gate.EnterAsync(context.Request, streamId, StreamScope.View, allowQuery: true);
        if (!entry.IsOpen) return entry.Refusal;
        if (!TryDirectives(context.Request.Query, out var sequence, out var part)) return BadDirective;
        if (await hls.OpenAsync(streamId, context.RequestAborted) is not { } stream) return NotLive;
        if (sequence is not { } wanted)
        {
            return await stream.WhenAsync(s => s.IsPlayable, context.RequestAborted) is { } now
                ? Playlist(context, HlsPlaylist.Media(now, stream.Names), "max-age=1")
                : TooLate;
        }
        // Two segments ahead of what there is lies beyond what a player can know of (section 6.2.5.2).
        if (await stream.WhenAsync(s => s.IsPlayable, context.RequestAborted) is not { } current) return TooLate;
        if (wanted > current.Next.Sequence + 2) return BadDirective;
        var answer = await stream.WhenAsync(s => s.HasEnded || s.Has(wanted, part), context.RequestAborted);
        return answer is null ? TooLate : Playlist(context, HlsPlaylist.Media(answer, stream.Names), "max-age=6");
    }

    private static async Task<IResult> PieceAsync(HttpContext context, string streamId, string name, HlsService hls)
    {
        if (hls.Find(streamId) is not { } stream) return NoSegment;
        stream.Touch();
        if (stream.Snapshot.Maps.Find(m => stream.Names.IsMap(name, m.Number)) is { } map) return Piece(context, [map.Bytes]);
        if (!stream.Names.TryParse(name, out var sequence, out var part)) return NoSegment;
        // The part that the playlist hints at is waited for, so that it is on its way the moment it is whole.
        var isHinted = part is { } index && stream.Snapshot.Next == (sequence, index);
        var snapshot = isHinted
            ? await stream.WhenAsync(s => s.HasEnded || s.Has(sequence, part), context.RequestAborted)
            : stream.Snapshot;
        if (snapshot?.Find(sequence) is not { } segment) return NoSegment;
        if (part is { } number) return number < segment.Parts.Count ? Piece(context, [segment.Parts[number].Bytes]) : NoSegment;
        return segment.IsComplete ? Piece(context, [.. segment.Parts.Select(p => p.Bytes)]) : NoSegment;
    }

    private static bool TryDirectives(IQueryCollection query, out long? sequence, out int? part)
    {
        (sequence, part) = (null, null);
        if (query["_HLS_msn"] is [{ } msn])
        {
            if (!long.TryParse(msn, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            sequence = number;
        }
        if (query["_HLS_part"] is not [{ } text]) return true;
        if (sequence is null || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        part = index;
        return true;
    }

    private static IResult Playlist(HttpContext context, string text, string caching)
    {
        context.Response.Headers.CacheControl = caching;
        return Results.Text(text, HlsPlaylist.MediaType);
    }

    private static HlsPiece Piece(HttpContext context, IReadOnlyList<byte[]> bytes)
    {
        context.Response.Headers.CacheControl = Immutable;
        return new HlsPiece(SegmentType, bytes);
    }
}
