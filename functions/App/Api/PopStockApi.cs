using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>Stock and pick-ups of an event at its PoPs.</summary>
/// <param name="Stock">Each product at each PoP as of its last adjustment there; sales since then are in the sales.</param>
/// <param name="Adjustments">Returns, damage and counts, by PoP, oldest first.</param>
/// <param name="Orders">Orders for pick-up by how far they have come: their number.</param>
public sealed record PopStockReport(
    IReadOnlyList<PopStock> Stock, IReadOnlyList<PopStockAdjustment> Adjustments, IReadOnlyDictionary<FulfilmentStage, int> Orders);

/// <summary>An event's stock as its PoPs report it.</summary>
public sealed class PopStockApi(EventStore events, PopStockStore stock)
{
    [Function("GetPopStock")]
    public async Task<IResult> GetPopStock(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/stock")] HttpRequest request, string eventId, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is null)
        {
            return Problems.NotFound("event", eventId);
        }

        var orders = await stock.OrdersAsync(eventId, cancellationToken);
        return Body.Json(new PopStockReport(
            await stock.StockAsync(eventId, cancellationToken),
            await stock.AdjustmentsAsync(eventId, cancellationToken),
            orders.CountBy(order => order.Stage).ToDictionary(count => count.Key, count => count.Value)));
    }
}
