using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Shifts;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>What can be done with a sale, over HTTP and through the real process.</summary>
public sealed class OperationEndpointTests() : GatewayScene(GatewayStart.Configured)
{
    private const string Terminal = GatewayProcess.Terminal;

    [Fact(Timeout = 180_000)]
    public async Task An_evening_of_operations_over_http()
    {
        var held = new { orderId = "o-1", terminalId = Terminal, terminalSequence = 1, eventId = TestTill.EventId, tipMinorUnits = 0, capture = "manual",
            authoriseMinorUnits = 1_500, paymentMethod = "pm_card_visa", lines = new[] { new { sku = "shirt", quantity = 1 } } };
        Assert.Equal("authorised", Text(await PostAsync("v1/sales", held, HttpStatusCode.Created), "status"));
        var tipped = await PostAsync("v1/sales/o-1/tip", new TipRequest("t-1", Terminal, 100));
        Assert.Equal(1_350, tipped.GetProperty("total").GetProperty("minorUnits").GetInt64());
        var captured = await PostAsync("v1/sales/o-1/capture", new CaptureRequest("c-1", Terminal));
        Assert.Equal(("approved", "captured"), (Text(captured, "status"), Text(captured.GetProperty("tenders")[0], "state")));
        var refund = await PostAsync("v1/sales/o-1/refunds", new RefundRequest("r-1", Terminal, 250));
        Assert.Equal("refunded", Text(refund, "state"));
        Assert.Equal(Text(refund, "refundId"), Text(await GetAsync("v1/sales/o-1/refunds/r-1"), "refundId"));

        var cash = held with { orderId = "o-2", terminalSequence = 2 };
        Assert.Equal("approved", Text(await PostAsync(
            "v1/sales",
            new { cash.orderId, cash.terminalId, cash.terminalSequence, cash.eventId, cash.tipMinorUnits, cash.lines, tenders = new[] { new { means = "cash" } } },
            HttpStatusCode.Created), "status"));
        Assert.Equal("berlin-000003", Text(await GetAsync("v1/sales/o-2/receipt"), "number"));
        using var wanted = new HttpRequestMessage(HttpMethod.Get, "v1/sales/o-1/receipt?operation=r-1");
        wanted.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var printed = await Gateway.Client.SendAsync(wanted, TestContext.Current.CancellationToken);
        Assert.Contains("REFUND", await printed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var shift = await PostAsync("v1/shifts/s-1/close", new ShiftRequest(Terminal, TestTill.EventId, 0, 1_250), HttpStatusCode.Created);
        Assert.Equal(0, shift.GetProperty("difference").GetProperty("minorUnits").GetInt64());
        Assert.Equal("s-1", Text(await GetAsync($"v1/shifts/s-1?terminalId={Terminal}"), "shiftId"));
        var facts = await Bus.ReceiveAsync(f => f.Any(x => x.Body is ShiftClosed), TestContext.Current.CancellationToken);
        Assert.Contains(facts, f => f.Fact.Body is SaleRefunded);
    }

    [Fact(Timeout = 180_000)]
    public async Task Refusals_are_problem_details_with_a_stable_code()
    {
        await ProblemAsync("v1/sales/o-9/void", new VoidRequest("v-1", Terminal), 404, "unknown_order");
        await ProblemAsync("v1/sales/o-9/refunds", new RefundRequest("r-1", Terminal, -1), 400, "invalid_operation");
        await ProblemAsync("v1/sales/o-9/void", new VoidRequest("v-1", "another"), 403, "terminal_mismatch");
        await ProblemAsync("v1/sales/o-9/void", new VoidRequest("4242424242424242", Terminal), 400, "pan_refused");
        await ProblemAsync("v1/shifts/s-1/close", new ShiftRequest(Terminal, "other", 0, 0), 404, "unknown_event");
        using var none = await Gateway.Client.GetAsync(new Uri("v1/sales/o-9/receipt", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact(Timeout = 180_000)]
    public async Task The_processors_readers_are_reached_through_the_till_and_registered_by_staff_only()
    {
        var known = await Processor.ReaderAsync();
        var readers = (await GetAsync("v1/readers")).GetProperty("readers").EnumerateArray().ToList();
        Assert.Contains(readers, r => Text(r, "readerId") == known.Id && Text(r, "status") == "online");
        Assert.StartsWith("pst_", Text(await PostAsync("v1/connection-tokens", new { location = known.LocationId }), "secret"), StringComparison.Ordinal);
        var registration = new { registrationCode = "simulated-s700", label = "Door", location = known.LocationId };
        using var staff = await Gateway.Staff.PostAsJsonAsync("v1/staff/readers", registration, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, staff.StatusCode);
        using var terminal = await Gateway.Client.PostAsJsonAsync("v1/readers", registration, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, terminal.StatusCode);
        await ProblemAsync("v1/connection-tokens", new { location = "tml_none" }, 404, "unknown_at_processor");
    }

    private async Task<JsonElement> PostAsync<T>(string path, T body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Gateway.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, ContractJson.Options, TestContext.Current.CancellationToken);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == expected, $"{path}: {answer.StatusCode} {json}");
        return json;
    }

    private async Task ProblemAsync<T>(string path, T body, int status, string code)
    {
        var problem = await PostAsync(path, body, (HttpStatusCode)status);
        Assert.Equal(code, Text(problem, "code"));
    }

    private async Task<JsonElement> GetAsync(string path) =>
        await Gateway.Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
