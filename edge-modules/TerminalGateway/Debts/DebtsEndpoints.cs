using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Debts;

/// <summary>What staff may know of debts and do about them.</summary>
internal static class DebtsEndpoints
{
    private const string InvalidRequest = "invalid_debt_request";

    public static void MapDebts(this IEndpointRouteBuilder staff)
    {
        staff.MapGet("/debts", (EdgeStore store, string? eventId = null) =>
        {
            var (debts, blocked) = store.Read(r => (DebtRows.List(r, eventId), BlockList.Count(r)));
            return Results.Json(new { debts = debts.Select(DebtResource.Of), blockedCards = blocked });
        });
        staff.MapGet("/debts/{orderId}", (string orderId, EdgeStore store) => store.Read(r => DebtRows.Find(r, orderId)) is { } debt
            ? Results.Json(new DebtStory(DebtResource.Of(debt), [.. store.Read(r => JournalRows.Of(r, orderId)).Select(DebtDecision.Of)]))
            : Unknown());
        staff.MapPost("/debts/{orderId}/link", SendLinkAsync).AddEndpointFilter<FullDisk>();
        staff.MapPost("/debts/{orderId}/write-off", WriteOffAsync).AddEndpointFilter<FullDisk>();
    }

    private static async Task<IResult> SendLinkAsync(string orderId, HttpContext http, EdgeStore store, DebtDesk desk)
    {
        var (request, problem) = await JsonBody.ReadAsync<LinkRequest>(http, InvalidRequest).ConfigureAwait(false);
        if (request is null) return problem!;
        if (!SaleRequest.IsId(request.By)) return Problems.Of(StatusCodes.Status400BadRequest, InvalidRequest, "by is the id of who asks.");
        return Answer(await desk.SendLinkAsync(orderId, request.By!).ConfigureAwait(false), store, orderId);
    }

    private static async Task<IResult> WriteOffAsync(string orderId, HttpContext http, EdgeStore store, DebtDesk desk)
    {
        var (request, problem) = await JsonBody.ReadAsync<WriteOffRequest>(http, InvalidRequest).ConfigureAwait(false);
        if (request is null) return problem!;
        if (!SaleRequest.IsId(request.By) || request.Reason is not { } reason || !WriteOffReason.OfStaff.Contains(reason))
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, InvalidRequest, $"by is the id of who asks, reason one of {string.Join(", ", WriteOffReason.OfStaff)}.");
        }

        return Answer(await desk.WriteOffAsync(orderId, reason, request.By!).ConfigureAwait(false), store, orderId);
    }

    private static IResult Answer(DebtRefusal? refusal, EdgeStore store, string orderId) => refusal?.Reason switch
    {
        null => Results.Json(DebtResource.Of(store.Read(r => DebtRows.Find(r, orderId))!)),
        DebtRefusalReason.Unknown => Unknown(),
        DebtRefusalReason.NotNow => Problems.Of(StatusCodes.Status409Conflict, "debt_not_movable", $"Not now: {refusal.Detail}."),
        DebtRefusalReason.ProcessorUnreachable => Problems.Of(StatusCodes.Status503ServiceUnavailable, "processor_unreachable", refusal.Detail),
        DebtRefusalReason.JournalFull => Problems.Of(StatusCodes.Status503ServiceUnavailable, "journal_full", refusal.Detail),
        DebtRefusalReason.Busy => Problems.Of(StatusCodes.Status503ServiceUnavailable, "busy", refusal.Detail),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal?.Reason, "No status for this refusal."),
    };

    private static IResult Unknown() => Problems.Of(StatusCodes.Status404NotFound, "unknown_debt", "There is no debt of such an order.");
}

/// <param name="By">The id of the member of staff who asks.</param>
internal sealed record LinkRequest(string? By);

/// <param name="Reason">One of <see cref="WriteOffReason.OfStaff"/>.</param>
/// <param name="By">The id of the member of staff who asks.</param>
internal sealed record WriteOffRequest(string? Reason, string? By);
