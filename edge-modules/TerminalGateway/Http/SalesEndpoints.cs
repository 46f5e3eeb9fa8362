using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Terminals;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Http;

/// <summary>Sales over HTTP.</summary>
internal static class SalesEndpoints
{
    private const int DefaultListed = 50;
    private const string RetryAfterSeconds = "2";

    public static void MapSales(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sales", SellAsync);
        routes.MapGet("/sales/{orderId}", Find);
        routes.MapGet("/sales", List);
    }

    private static async Task<IResult> SellAsync(HttpContext http, SaleDesk desk, EdgeStore store)
    {
        var (request, problem) = await JsonBody.ReadAsync<SaleRequest>(http, "invalid_sale").ConfigureAwait(false);
        if (request is null) return problem!;
        if (http.Features.Get<TerminalIdentity>() is { } terminal && terminal.TerminalId != request.TerminalId)
            return Problems.Of(StatusCodes.Status403Forbidden, "terminal_mismatch", "The sale names another terminal than the one that signed it.");
        var answer = await desk.SellAsync(request, http.Features.Get<SequenceTicket>() is { } ticket ? ticket.Record : null).ConfigureAwait(false);
        http.TellWatch(now => Sightings.Of(request, answer, now));
        if (answer is SaleAnswer.Unresolved or SaleAnswer.Refused { Reason: SaleRefusal.Busy or SaleRefusal.JournalFull })
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return answer switch
        {
            SaleAnswer.Approved approved => Results.Json(
                Detailed(store, approved.Sale), statusCode: approved.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created),
            SaleAnswer.Waiting waiting => Results.Json(Detailed(store, waiting.Sale), statusCode: StatusCodes.Status202Accepted),
            SaleAnswer.Declined declined => Problems.Of(
                StatusCodes.Status402PaymentRequired,
                "card_declined",
                "The card was declined; the order is closed. A new card needs a new orderId.",
                declined.Sale.DeclineCode),
            SaleAnswer.Refused refused => Problems.Of(refused),
            SaleAnswer.Unresolved => Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "payment_outcome_unknown",
                "The processor's answer is not known. Repeat the same order; never take a new one for it."),
            _ => throw new InvalidOperationException($"No status for {answer}."),
        };
    }

    // A sale by one card that has just been answered has neither: no need to look.
    private static SaleResource Detailed(EdgeStore store, Sale sale) =>
        sale.PaidBy == SalePayment.Card ? SaleResource.Of(sale) : store.Read(r => SaleResource.Detailed(r, sale));

    private static IResult Find(string orderId, EdgeStore store) =>
        store.Read(r => SaleJournal.Find(r, orderId) is { } sale ? SaleResource.Detailed(r, sale) : null) is { } resource
        ? Results.Json(resource)
        : Problems.Of(StatusCodes.Status404NotFound, "unknown_order", "This till has no such order.");

    private static IResult List(EdgeStore store, string? eventId = null, int limit = DefaultListed) =>
        Results.Json(new { sales = store.Read(r => SaleJournal.List(r, eventId, limit)).Select(SaleResource.Of) });
}
