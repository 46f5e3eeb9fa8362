using Marquee.Domain.Streams;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Recording;

/// <summary>
/// The recordings of a stream, for who may publish it: for the drop after the event, so the event's phase does not matter.
/// </summary>
internal static class RecordingEndpoints
{
    private static readonly Refusal NotFound = new(StatusCodes.Status404NotFound, "unknown_recording", "There is no such recording.");

    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/streams/{streamId}/recordings", async (HttpRequest request, string streamId, StreamGate gate, RecordingShelf shelf) =>
            await RefusalAsync(request, streamId, gate) ?? Results.Json(new { recordings = shelf.Of(streamId) }));
        routes.MapMethods("/streams/{streamId}/recordings/{name}", [HttpMethods.Get, HttpMethods.Head],
            async (HttpRequest request, string streamId, string name, StreamGate gate, RecordingShelf shelf) =>
                await RefusalAsync(request, streamId, gate) ?? (shelf.Find(streamId, name) is { } path
                    ? Results.File(Open(path), "video/mp4", name, enableRangeProcessing: true)
                    : NotFound));
    }

    private static async Task<IResult?> RefusalAsync(HttpRequest request, string streamId, StreamGate gate) =>
        (await gate.ReturnAsync(request, streamId, StreamScope.Publish)).Refusal;

    /// <summary>A recording may be fetched while it is written: as much as there is.</summary>
    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
}
