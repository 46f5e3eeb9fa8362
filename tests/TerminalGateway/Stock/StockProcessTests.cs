using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Tests.Gateway;

namespace Marquee.TerminalGateway.Tests.Stock;

/// <summary>Stock and pick-ups of the real process, over HTTP, up to the facts on the bus.</summary>
public sealed class StockProcessTests() : GatewayScene(GatewayStart.Configured)
{
    [Fact(Timeout = 180_000)]
    public async Task Units_are_held_paid_for_and_brought_back()
    {
        var hold = Shelf.Request("h-1", 2);
        Assert.Equal((HttpStatusCode.Created, "open"), Of(await PostAsync("v1/holds", hold), "state"));
        Assert.Equal((HttpStatusCode.OK, "open"), Of(await PostAsync("v1/holds", hold), "state"));
        Assert.Equal((HttpStatusCode.Conflict, "hold_mismatch"), Of(await PostAsync("v1/holds", hold with { Seconds = 61 }), "code"));
        Assert.Equal((HttpStatusCode.Forbidden, "terminal_mismatch"), Of(await PostAsync("v1/holds", hold with { TerminalId = "terminal-2" }), "code"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_hold"), Of(await PostAsync("v1/holds", hold with { Seconds = 0 }), "code"));
        Assert.Equal((HttpStatusCode.Created, "approved"), Of(await PostAsync("v1/sales", TestTill.Request("o-1", 2) with { HoldId = "h-1" }), "status"));

        await PostAsync("v1/holds", Shelf.Request("h-2"));
        using (var released = await Gateway.Client.DeleteAsync(new Uri("v1/holds/h-2", UriKind.Relative), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        using (var sold = await Gateway.Client.DeleteAsync(new Uri("v1/holds/h-1", UriKind.Relative), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.Conflict, sold.StatusCode);

        var back = Shelf.Adjustment("a-1", StockAdjustmentKind.Return, 1, "o-1");
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("v1/stock/adjustments", back)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("v1/stock/adjustments", back)).Status);
        Assert.Equal((HttpStatusCode.Conflict, "not_that_many"), Of(await PostAsync("v1/stock/adjustments", back with { AdjustmentId = "a-2", Quantity = 2 }), "code"));

        var shirts = (await GetAsync(Gateway.Client, $"v1/stock?eventId={TestTill.EventId}")).GetProperty("stock").EnumerateArray()
            .Single(s => s.GetProperty("sku").GetString() == "shirt");
        Assert.Equal((1, 1, 998), (Number(shirts, "sold"), Number(shirts, "returned"), Number(shirts, "available")));
        Assert.Equal(0, (await GetAsync(Gateway.Staff, "v1/staff/stock/proof")).GetProperty("disagreements").GetArrayLength());
        var movements = (await GetAsync(Gateway.Client, $"v1/stock/movements?eventId={TestTill.EventId}&sku=shirt")).GetProperty("movements");
        Assert.Equal(["leased", "held", "sold", "held", "released", "returned"], movements.EnumerateArray().Select(m => m.GetProperty("kind").GetString()));
        var told = await Bus.ReceiveAsync(f => f.Any(x => x.Body is StockAdjusted), TestContext.Current.CancellationToken);
        Assert.Equal(1, told.Select(t => t.Fact.Body).OfType<StockAdjusted>().Single().Figures.Returned);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_order_for_pick_up_is_worked_by_staff_and_fetched_by_the_customers_code()
    {
        await PostAsync("v1/sales", TestTill.Request("o-1") with { PromisedAt = DateTimeOffset.UnixEpoch });
        var pickup = await GetAsync(Gateway.Client, "v1/sales/o-1/pickup");
        var code = pickup.GetProperty("code").GetString()!;
        Assert.Equal(($"marquee:o-1:{code}", "queued"), (pickup.GetProperty("qr").GetString(), pickup.GetProperty("state").GetString()));
        // Who may sell is not who may hand over, and the other way round.
        using var terminal = await Gateway.Client.GetAsync(new Uri("v1/staff/fulfilment", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.False(terminal.IsSuccessStatusCode);
        var list = await GetAsync(Gateway.Staff, "v1/staff/fulfilment");
        Assert.Equal("Shirt", list.GetProperty("orders")[0].GetProperty("lines")[0].GetProperty("name").GetString());
        Assert.DoesNotContain(code, list.GetRawText(), StringComparison.Ordinal);

        var actions = new[] { "claim", "pick", "pack", "handOver" }
            .Select((verb, i) => new { actionId = $"a-{i}", orderId = "o-1", verb, picker = "kim", code = verb == "handOver" ? code : null });
        using var answer = await Gateway.Staff.PostAsJsonAsync("v1/staff/fulfilment/actions", new { actions }, TestContext.Current.CancellationToken);
        var results = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("results");
        Assert.All(results.EnumerateArray(), r => Assert.Equal("done", r.GetProperty("outcome").GetString()));
        Assert.Equal("handedOver", results[3].GetProperty("order").GetProperty("state").GetString());
        var told = await Bus.ReceiveAsync(
            f => f.Any(x => x.Body is OrderFulfilment { Stage: FulfilmentStage.HandedOver }), TestContext.Current.CancellationToken);
        Assert.Equal(
            [FulfilmentStage.Queued, FulfilmentStage.Packed, FulfilmentStage.HandedOver],
            told.Select(t => t.Fact.Body).OfType<OrderFulfilment>().Select(f => f.Stage));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync<T>(string path, T body)
    {
        using var answer = await Gateway.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, ContractJson.Options, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) =>
        await client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static (HttpStatusCode Status, string? Text) Of((HttpStatusCode Status, JsonElement Body) answer, string name) =>
        (answer.Status, answer.Body.GetProperty(name).GetString());

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
