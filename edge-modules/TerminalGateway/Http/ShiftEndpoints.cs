using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Terminals;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Http;

/// <summary>End of shift: <c>POST /shifts/{shiftId}/close</c>, and the report again by <c>GET /shifts/{shiftId}?terminalId=</c>.</summary>
internal static class ShiftEndpoints
{
    public static void MapShifts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/shifts/{shiftId}/close", CloseAsync);
        routes.MapGet("/shifts/{shiftId}", (string shiftId, string terminalId, EdgeStore store) =>
            store.Read(r => ShiftBook.Find(r, terminalId, shiftId)) is { } report
                ? Results.Json(report)
                : Problems.Of(StatusCodes.Status404NotFound, "unknown_shift", "This till has no such shift."));
    }

    private static async Task<IResult> CloseAsync(HttpContext http, string shiftId, EdgeStore store, ShiftBook book)
    {
        var (request, problem) = await JsonBody.ReadAsync<ShiftRequest>(http, "invalid_shift").ConfigureAwait(false);
        if (request is null) return problem!;
        if (http.Features.Get<TerminalIdentity>() is { } terminal && terminal.TerminalId != request.TerminalId)
            return Problems.Of(StatusCodes.Status403Forbidden, "terminal_mismatch", "The shift is another terminal's than the one that signed the request.");
        var answer = await store.WriteAsync(tx => book.Close(tx, shiftId, request)).ConfigureAwait(false);
        // A terminal whose shift is over may be switched off.
        if (answer is ShiftAnswer.Closed { Repeated: false }) http.TellWatch(now => new SignedOff(request.TerminalId, now));
        return answer switch
        {
            ShiftAnswer.Closed closed => Results.Json(closed.Report, statusCode: closed.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created),
            ShiftAnswer.Refused refused => OperationProblems.Of(refused),
            _ => throw new InvalidOperationException($"No status for {answer}."),
        };
    }
}
