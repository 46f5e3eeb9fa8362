using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Stock;

/// <summary>A hold as terminals see it. <see cref="State"/>: open, paying, sold, released, expired.</summary>
internal sealed record HoldResource(
    string HoldId, string EventId, string TerminalId, IReadOnlyList<HoldLine> Lines, HoldState State, string? OrderId, DateTimeOffset ExpiresAt)
{
    public static HoldResource Of(Hold hold) => new(hold.HoldId, hold.EventId, hold.TerminalId, hold.Lines, hold.State, hold.OrderId, hold.ExpiresAt);
}

/// <summary>Holds over HTTP: <c>POST /holds</c>, <c>GET</c> and <c>DELETE /holds/{holdId}</c>.</summary>
internal static class HoldEndpoints
{
    public static void MapHolds(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/holds", PlaceAsync).AddEndpointFilter<FullDisk>();
        routes.MapGet("/holds/{holdId}", Find);
        routes.MapDelete("/holds/{holdId}", ReleaseAsync).AddEndpointFilter<FullDisk>();
    }

    private static async Task<IResult> PlaceAsync(HttpContext http, EdgeStore store, TimeProvider time)
    {
        var (request, problem) = await JsonBody.ReadAsync<HoldRequest>(http, "invalid_hold").ConfigureAwait(false);
        if (request is null) return problem!;
        if (http.Features.Get<TerminalIdentity>() is { } terminal && terminal.TerminalId != request.TerminalId)
            return Problems.Of(StatusCodes.Status403Forbidden, "terminal_mismatch", "The hold names another terminal than the one that signed it.");
        if (request.Problem() is { } wrong) return Problems.Of(StatusCodes.Status400BadRequest, "invalid_hold", wrong);
        return Answer(await store.WriteAsync(tx => HoldBook.Place(tx, request, time.GetUtcNow())).ConfigureAwait(false));
    }

    private static IResult Find(string holdId, EdgeStore store) => store.Read(r => HoldRegister.Find(r, holdId)) is { RequestHash: not null } hold
        ? Results.Json(HoldResource.Of(hold))
        : Problems.Of(StatusCodes.Status404NotFound, "unknown_hold", "This till has no such hold.");

    private static async Task<IResult> ReleaseAsync(string holdId, EdgeStore store, TimeProvider time) =>
        Answer(await store.WriteAsync(tx => HoldBook.Release(tx, holdId, time.GetUtcNow())).ConfigureAwait(false));

    private static IResult Answer(HoldAnswer answer) => answer switch
    {
        HoldAnswer.Standing standing => Results.Json(
            HoldResource.Of(standing.Hold), statusCode: standing.Existed ? StatusCodes.Status200OK : StatusCodes.Status201Created),
        HoldAnswer.Refused refused => StockProblems.Of(refused.Refusal),
        _ => throw new InvalidOperationException($"No status for {answer}."),
    };
}
