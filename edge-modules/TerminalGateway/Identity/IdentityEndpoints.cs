using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Terminals;
using Microsoft.AspNetCore.Http.Features;

namespace Marquee.TerminalGateway.Identity;

/// <summary>A check as terminals and staff see it: <see cref="State"/> open, passed, failed, used. <see cref="ExpiresAt"/> ends both waiting and use.</summary>
internal sealed record CheckResource(
    string CheckId,
    string OrderId,
    string EventId,
    IdentityPolicy Policy,
    IdentityMethod Method,
    IdentityCheckState State,
    string? Issuer,
    string? Fault,
    int Unasked,
    DateTimeOffset ExpiresAt,
    byte[]? Establishment,
    string? Url)
{
    public static CheckResource Of(IdentityAnswer.Standing standing)
    {
        var check = standing.Check;
        return new(
            check.CheckId, check.OrderId, check.EventId, check.Policy, check.Method, check.State, check.Issuer, check.Fault, check.Unasked, check.ExpiresAt,
            standing.Establishment, standing.Url);
    }
}

/// <summary>The phone's answer: <c>SessionData</c>, in base64.</summary>
internal sealed record CheckResponse(byte[]? SessionData);

/// <param name="State">Always <c>waitingForSecond</c>.</param>
internal sealed record SecondPersonResource(string State, DateTimeOffset Until);

/// <summary>Checks over HTTP: <c>/identity/checks</c> for terminals, <c>/identity/overrides</c> for staff.</summary>
internal static class IdentityEndpoints
{
    private const int MaxSkus = 100;
    private const string InvalidCheck = "invalid_check";

    public static void MapIdentity(this IEndpointRouteBuilder terminals)
    {
        terminals.MapPost("/identity/checks", BeginAsync).AddEndpointFilter<FullDisk>()
            .WithName("beginIdentityCheck").WithSummary("Begins a check of an order's buyer.").Produces<CheckResource>();
        terminals.MapPost("/identity/checks/{checkId}/response", AnswerAsync).AddEndpointFilter<FullDisk>()
            .WithName("answerIdentityCheck").WithSummary("Verifies what the buyer's phone answered.").Produces<CheckResource>();
        terminals.MapGet("/identity/checks/{checkId}", FindAsync)
            .WithName("getIdentityCheck").WithSummary("A check as it stands.").Produces<CheckResource>();
    }

    public static void MapIdentityOverrides(this IEndpointRouteBuilder staff) =>
        staff.MapPost("/identity/overrides", OverrideAsync).AddEndpointFilter<FullDisk>()
            .WithName("overrideIdentityCheck").WithSummary("Two members of staff say yes in place of a document.").Produces<CheckResource>();

    private static async Task<IResult> BeginAsync(HttpContext http, IdentityDesk desk)
    {
        var (request, problem) = await JsonBody.ReadAsync<CheckRequest>(http, InvalidCheck).ConfigureAwait(false);
        if (request is null) return problem!;
        return SaleRequest.IsId(request.CheckId) && AreValid(request.OrderId, request.EventId, request.Skus)
            ? Answer(await desk.BeginAsync(request, TerminalOf(http)).ConfigureAwait(false))
            : Problems.Of(StatusCodes.Status400BadRequest, "invalid_check", "checkId, orderId, eventId and 1 to 100 skus are asked for.");
    }

    private static async Task<IResult> AnswerAsync(string checkId, HttpContext http, IdentityDesk desk)
    {
        var (response, problem) = await JsonBody.ReadAsync<CheckResponse>(http, InvalidCheck).ConfigureAwait(false);
        if (response is null) return problem!;
        return response.SessionData is { Length: > 0 } data
            ? Answer(await desk.AnswerAsync(checkId, TerminalOf(http), data).ConfigureAwait(false))
            : Problems.Of(StatusCodes.Status400BadRequest, "invalid_check", "sessionData is what the phone answered, in base64.");
    }

    private static async Task<IResult> FindAsync(string checkId, IdentityDesk desk) => Answer(await desk.FindAsync(checkId).ConfigureAwait(false));

    private static async Task<IResult> OverrideAsync(HttpContext http, OverrideDesk desk)
    {
        var (request, problem) = await JsonBody.ReadAsync<OverrideRequest>(http, InvalidCheck).ConfigureAwait(false);
        if (request is null) return problem!;
        return AreValid(request.OrderId, request.EventId, request.Skus) && SaleRequest.IsId(request.StaffId) && request.Code is { Length: > 0 and <= 128 }
            ? Answer(await desk.ApproveAsync(request).ConfigureAwait(false))
            : Problems.Of(StatusCodes.Status400BadRequest, "invalid_check", "orderId, eventId, 1 to 100 skus, staffId, code and reason are asked for.");
    }

    private static string TerminalOf(HttpContext http) => http.Features.GetRequiredFeature<TerminalIdentity>().TerminalId;

    private static bool AreValid(string? orderId, string? eventId, IReadOnlyList<string>? skus) =>
        SaleRequest.IsId(orderId) && SaleRequest.IsId(eventId) && skus is { Count: > 0 and <= MaxSkus } && skus.All(s => s is { Length: > 0 and <= 64 });

    private static IResult Answer(IdentityAnswer answer) => answer switch
    {
        IdentityAnswer.Standing standing => Results.Json(CheckResource.Of(standing), ContractJson.Options),
        IdentityAnswer.SecondPersonNeeded needed => Results.Json(
            new SecondPersonResource("waitingForSecond", needed.Until), ContractJson.Options, statusCode: StatusCodes.Status202Accepted),
        IdentityAnswer.Refused refused => Problem(refused),
        _ => throw new InvalidOperationException($"No status for {answer}."),
    };

    private static IResult Problem(IdentityAnswer.Refused refused)
    {
        var (status, code) = refused.Reason switch
        {
            IdentityRefusal.InvalidCheck => (400, "invalid_check"),
            IdentityRefusal.UnknownEvent => (404, "unknown_event"),
            IdentityRefusal.UnknownSku => (404, "unknown_sku"),
            IdentityRefusal.NotNeeded => (409, "identity_not_needed"),
            IdentityRefusal.UnknownCheck => (404, "unknown_check"),
            IdentityRefusal.CheckMismatch => (409, "check_mismatch"),
            IdentityRefusal.CheckClosed => (409, "check_closed"),
            IdentityRefusal.TerminalMismatch => (403, "terminal_mismatch"),
            IdentityRefusal.TooManyChecks => (503, "too_many_checks"),
            IdentityRefusal.ProcessorUnreachable => (503, "processor_unreachable"),
            IdentityRefusal.StaffCodeRefused => (403, "staff_code_refused"),
            IdentityRefusal.TooOften => (429, "rate_limited"),
            IdentityRefusal.JournalFull => (503, "journal_full"),
            _ => throw new ArgumentOutOfRangeException(nameof(refused), refused.Reason, "No status for this refusal."),
        };
        return Problems.Of(status, code, refused.Detail);
    }
}
