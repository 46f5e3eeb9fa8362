using System.Text.Json;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Metadata;

/// <summary>An item to publish. <c>id</c> is the publisher's own: a request sent again with it changes nothing.</summary>
internal sealed record MetadataRequest(string? Id, MetadataCue? Cue, long? MediaTimeMilliseconds);

/// <summary>Items of a stream, and where to ask on from.</summary>
internal sealed record MetadataPage(string StreamId, MetadataState State, IReadOnlyList<MetadataItem> Items, long Next);

/// <summary>What the show says beside its picture, over HTTP: the creator's tool writes it, and who has no data channel reads it.</summary>
internal static class MetadataEndpoints
{
    private const string Path = "/streams/{streamId}/metadata";
    private const int MaxBodyBytes = 4096;

    public static void MapMetadata(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, PublishAsync);
        routes.MapGet(Path, ReadAsync);
    }

    /// <summary>201 with the item; 200 when it was there before.</summary>
    private static async Task<IResult> PublishAsync(HttpRequest request, string streamId, StreamGate gate, StreamMetadata metadata)
    {
        var entry = await gate.EnterAsync(request, streamId, StreamScope.Publish);
        if (!entry.IsOpen) return entry.Refusal;
        var (body, refusal) = await BodyAsync(request);
        if (body is null) return refusal!;
        return await metadata.PublishAsync(streamId, body.Id ?? "", body.Cue!, body.MediaTimeMilliseconds, request.HttpContext.RequestAborted) switch
        {
            MetadataAnswer.Accepted accepted => Results.Json(
                accepted.Item, MetadataJson.Options, statusCode: accepted.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            MetadataAnswer.Refused refused => RefusalOf(refused),
            _ => throw new InvalidOperationException("an answer of another kind"),
        };
    }

    /// <summary>The items after a sequence, in order, and the state that all amount to. For who may watch, and who publishes.</summary>
    private static async Task<IResult> ReadAsync(
        HttpRequest request, string streamId, StreamGate gate, StreamMetadata metadata, RelayMedia media, long after = 0)
    {
        var entry = await gate.EnterAsync(request, streamId, StreamScope.View, allowQuery: true);
        if (!entry.IsOpen && entry.Refusal == TokenRefusals.WrongScope(StreamScope.View))
            entry = await gate.EnterAsync(request, streamId, StreamScope.Publish);
        if (!entry.IsOpen) return entry.Refusal;
        var page = await media.Loop.InvokeAsync(() => Page(metadata, streamId, after));
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return Results.Json(page, MetadataJson.Options);
    }

    private static MetadataPage Page(StreamMetadata metadata, string streamId, long after) => metadata.Find(streamId) is { } timeline
        ? new MetadataPage(streamId, timeline.State, [.. timeline.After(after)], Math.Max(after, timeline.Last))
        : new MetadataPage(streamId, MetadataState.Empty, [], after);

    private static async Task<(MetadataRequest? Body, Refusal? Refusal)> BodyAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            return (null, new Refusal(StatusCodes.Status415UnsupportedMediaType, "not_json", "The body is not application/json."));
        if (request.ContentLength is null or > MaxBodyBytes)
        {
            var title = $"The body has no length, or more than {MaxBodyBytes} bytes.";
            return (null, new Refusal(StatusCodes.Status413PayloadTooLarge, "body_too_long", title));
        }
        try
        {
            var body = await request.ReadFromJsonAsync<MetadataRequest>(MetadataJson.Options, request.HttpContext.RequestAborted);
            if (body?.Cue is not null) return (body, null);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            // What is wrong where is in the schema, which says it better than the parser.
        }
        return (null, new Refusal(
            StatusCodes.Status400BadRequest, "invalid_item", "The body is not an item: an id, and a cue of a known kind with all its fields."));
    }

    private static Refusal RefusalOf(MetadataAnswer.Refused refused)
    {
        var (status, code, title) = refused.Reason switch
        {
            MetadataRefusal.InvalidItem => (StatusCodes.Status400BadRequest, "invalid_item", "The item makes no sense."),
            MetadataRefusal.ItemTooLong => (StatusCodes.Status422UnprocessableEntity, "item_too_long", "The item is too long."),
            MetadataRefusal.MediaTimeOutOfRange =>
                (StatusCodes.Status422UnprocessableEntity, "media_time_out_of_range", "The media time is too far from now."),
            MetadataRefusal.UnknownStream => (StatusCodes.Status404NotFound, "unknown_stream", "The relay carries no such stream."),
            MetadataRefusal.IdReused => (StatusCodes.Status409Conflict, "id_reused", "The id stands for another item."),
            MetadataRefusal.PublishedElsewhere => (StatusCodes.Status409Conflict, "published_elsewhere", "The stream is published at another PoP."),
            MetadataRefusal.TooManyStreams => (StatusCodes.Status503ServiceUnavailable, "too_many_streams", "No more streams can have metadata."),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "no status for this refusal"),
        };
        return new Refusal(status, code, title) { Detail = refused.Detail };
    }
}
