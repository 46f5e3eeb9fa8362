using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The real process over HTTP, with a broker and a processor that it does not share memory with.</summary>
public sealed class GatewayProcessTests() : GatewayScene(GatewayStart.ByTheTest)
{
    [Fact(Timeout = 180_000)]
    public async Task A_sale_goes_from_the_clouds_command_to_the_fact_on_the_bus()
    {
        using var gateway = await StartConfiguredGatewayAsync();
        var sold = await PostAsync(gateway, "o-1");
        Assert.Equal(HttpStatusCode.Created, sold.Status);
        Assert.Equal(("approved", "online", 1250, "none"), (Text(sold, "status"), Text(sold, "mode"), sold.Body.GetProperty("total").GetProperty("minorUnits").GetInt64(), Text(sold, "forward")));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "o-1")).Status);
        var facts = (await Bus.ReceiveAsync(f => f.Any(x => x.Body is SaleApproved), TestContext.Current.CancellationToken)).Select(t => t.Fact).ToList();
        Assert.Contains(facts, f => f.Body is EventApplied { Version: 1 });
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Refusals_are_problem_details_with_a_stable_code()
    {
        using var gateway = await StartConfiguredGatewayAsync();
        AssertProblem(await PostAsync(gateway, "o-1", card: "pm_card_chargeDeclinedInsufficientFunds"), 402, "card_declined", "insufficient_funds");
        AssertProblem(await PostAsync(gateway, "o-2", quantity: 5000), 409, "out_of_stock");
        AssertProblem(await PostAsync(gateway, "o-1", quantity: 2), 409, "order_mismatch");
        AssertProblem(await PostAsync(gateway, "o-3", eventId: "other"), 404, "unknown_event");
        AssertProblem(await PostAsync(gateway, "o-4", sku: "cap"), 404, "unknown_sku");
        AssertProblem(await PostAsync(gateway, "o-5", quantity: 0), 400, "invalid_sale");
        AssertProblem(await PostAsync(gateway, "4242424242424242"), 400, "pan_refused");
        using var nothing = new StringContent("{", encoding: null, "application/json");
        using var unread = await gateway.Client.PostAsync(new Uri("v1/sales", UriKind.Relative), nothing, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, unread.StatusCode);
        using var stranger = new HttpClient { BaseAddress = gateway.Staff.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("v1/staff/status", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(new Uri("healthz", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(await Processor.ChargesAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task The_till_sells_without_cloud_and_processor_and_says_so()
    {
        using var gateway = await StartConfiguredGatewayAsync();
        await Bus.StopAsync();
        await Processor.SetOutageAsync("refuse");
        var sold = await PostAsync(gateway, "o-1");
        Assert.Equal((HttpStatusCode.Created, "offline", "outstanding"), (sold.Status, Text(sold, "mode"), Text(sold, "forward")));
        var status = await GetAsync(gateway, "v1/status");
        Assert.Equal("offline", status.GetProperty("mode").GetString());
        Assert.Equal(1, status.GetProperty("outstandingOffline").GetProperty("count").GetInt32());
        var product = (await GetAsync(gateway, $"v1/events/{TestTill.EventId}")).GetProperty("catalogue").EnumerateArray().Single(p => p.GetProperty("sku").GetString() == "shirt");
        Assert.Equal(999, product.GetProperty("remaining").GetInt32());

        await Processor.SetOutageAsync("none");
        await Bus.StartAsync();
        var facts = await Bus.ReceiveAsync(f => f.Any(x => x.Body is OfflineSaleCaptured), TestContext.Current.CancellationToken);
        Assert.Contains(facts, f => f.Fact.Body is SaleApproved { Mode: ApprovalMode.Offline });
        Assert.Equal("captured", (await GetAsync(gateway, "v1/sales/o-1")).GetProperty("forward").GetString());
    }

    [Fact(Timeout = 180_000)]
    public async Task A_planted_card_number_is_nowhere_afterwards()
    {
        const string pan = "4000056655665556";
        using var gateway = await StartConfiguredGatewayAsync();
        foreach (var (order, card) in new[] { (pan, "pm_card_visa"), ("o-1", pan), ($"o-{pan}-1", "pm_card_visa") })
            AssertProblem(await PostAsync(gateway, order, card: card), 400, "pan_refused");
        await PostAsync(gateway, "o-2");
        using var asked = await gateway.Client.GetAsync(new Uri($"v1/sales/{pan}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, asked.StatusCode);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.DoesNotContain(pan, await gateway.LogAsync(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Folder.Path, "gateway.db*"))
            Assert.DoesNotContain(pan, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_missing_key_ends_the_start_with_its_name()
    {
        var (exitCode, error) = await GatewayProcess.RunToEndAsync(Folder.Path, Bus, Processor.Address, "Gateway__StaffKey", TestContext.Current.CancellationToken);
        Assert.Equal(1, exitCode);
        Assert.Equal("gateway: Gateway:StaffKey is not set.", error.Trim());
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        GatewayProcess gateway, string orderId, int quantity = 1, string card = "pm_card_visa", string sku = "shirt", string eventId = TestTill.EventId)
    {
        using var answer = await gateway.Client.PostAsJsonAsync(
            new Uri("v1/sales", UriKind.Relative), TestTill.Request(orderId, quantity, card, sku: sku, eventId: eventId), ContractJson.Options, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonElement> GetAsync(GatewayProcess gateway, string path) =>
        await gateway.Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static string? Text((HttpStatusCode Status, JsonElement Body) answer, string name) => answer.Body.GetProperty(name).GetString();

    private static void AssertProblem((HttpStatusCode Status, JsonElement Body) answer, int status, string code, string? declineCode = null)
    {
        Assert.Equal((status, code), ((int)answer.Status, Text(answer, "code")));
        Assert.Equal(status, answer.Body.GetProperty("status").GetInt32());
        if (declineCode is not null) Assert.Equal(declineCode, Text(answer, "declineCode"));
    }
}
