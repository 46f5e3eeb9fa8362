using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// A product's units at this PoP. <see cref="OnHand"/>: not sold, held ones among them; negative when more is owed than there is.
/// <see cref="Available"/>: may still be sold or held.
/// </summary>
internal sealed record StockResource(
    string EventId, string Sku, string Name, bool Listed, long Quota, long OnHand, long Held, long Sold, long Returned, long Damaged, long Recounted, long Available)
{
    public static StockResource Of(StockLevel level)
    {
        var balance = level.Balance;
        return new(
            level.EventId, level.Sku, level.Name, level.IsListed, balance.Quota, balance.OnHand, balance.Held, balance.Sold, balance.Returned,
            balance.Damaged, balance.Recounted, level.Remaining);
    }
}

/// <summary>Stock over HTTP: balances, the movements behind them, whether the two agree, and adjustments.</summary>
internal static class StockEndpoints
{
    private const int DefaultListed = 100;

    public static void MapStock(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stock", (EdgeStore store, string? eventId = null) =>
            Results.Json(new { stock = store.Read(r => StockLedger.All(r, eventId)).Select(StockResource.Of) }));
        routes.MapGet("/stock/movements", (EdgeStore store, string eventId, string? sku = null, long after = 0, int limit = DefaultListed) =>
            Results.Json(new { movements = store.Read(r => StockLedger.Movements(r, eventId, sku, after, Math.Clamp(limit, 1, StockLedger.MaxListed))) }));
        routes.MapGet("/stock/proof", (EdgeStore store) => Results.Json(new { disagreements = store.Read(r => StockProof.Disagreements(r)) }));
        routes.MapPost("/stock/adjustments", AdjustAsync).AddEndpointFilter<FullDisk>();
    }

    private static async Task<IResult> AdjustAsync(HttpContext http, EdgeStore store, AdjustmentBook book)
    {
        var (adjustment, problem) = await JsonBody.ReadAsync<StockAdjustment>(http, "invalid_adjustment").ConfigureAwait(false);
        if (adjustment is null) return problem!;
        if (adjustment.Problem() is { } wrong) return Problems.Of(StatusCodes.Status400BadRequest, "invalid_adjustment", wrong);
        var answer = await store.WriteAsync(tx => book.Book(tx, adjustment)).ConfigureAwait(false);
        return answer switch
        {
            AdjustmentAnswer.Booked booked => Results.Json(
                StockResource.Of(booked.Level), statusCode: booked.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created),
            AdjustmentAnswer.Refused refused => StockProblems.Of(refused.Refusal),
            _ => throw new InvalidOperationException($"No status for {answer}."),
        };
    }
}
