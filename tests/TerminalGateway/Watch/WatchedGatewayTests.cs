using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.TerminalGateway.Tests.Gateway;

namespace Marquee.TerminalGateway.Tests.Watch;

/// <summary>The watch in the real process: what terminals do comes out at the staff's list.</summary>
public sealed class WatchedGatewayTests() : GatewayScene(GatewayStart.Unconfigured)
{
    [Fact]
    public async Task Another_device_under_a_paired_terminals_name_is_on_the_staffs_list()
    {
        await HelloAsync("sn-stolen");
        var listed = await UntilListedAsync();
        Assert.Equal(("serialChanged", "critical", GatewayProcess.Terminal), (Text(listed, "kind"), Text(listed, "severity"), Text(listed, "terminalId")));
    }

    [Fact]
    public async Task A_change_that_staff_announced_and_heartbeats_are_not()
    {
        using (var beat = await Gateway.Client.GetAsync("v1/heartbeat", Token)) Assert.Equal(HttpStatusCode.OK, beat.StatusCode);
        using (var off = await Gateway.Client.DeleteAsync("v1/heartbeat", Token)) Assert.Equal(HttpStatusCode.NoContent, off.StatusCode);
        var path = $"v1/staff/terminals/{GatewayProcess.Terminal}/device-change";
        using (var announced = await Gateway.Staff.PostAsJsonAsync(path, new { serial = "sn-new" }, Token)) Assert.Equal(HttpStatusCode.Accepted, announced.StatusCode);
        using (var wrong = await Gateway.Staff.PostAsJsonAsync(path, new { withinMinutes = 0 }, Token)) Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        await HelloAsync("sn-new");
        // The second change is told after the first, so the first was none.
        await HelloAsync("sn-stolen");
        var listed = await UntilListedAsync();
        Assert.Contains("was sn-new", Text(listed.GetProperty("evidence"), "finding"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refunds_of_orders_that_nobody_sold_are_on_the_staffs_list()
    {
        for (var i = 1; i <= 2; i++)
        {
            using var refused = await Gateway.Client.PostAsJsonAsync(
                $"v1/sales/ghost-{i}/refunds", new { operationId = "op-1", terminalId = GatewayProcess.Terminal, amountMinorUnits = 900 }, Token);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        var listed = await UntilListedAsync();
        Assert.Equal("refundWithoutSale", Text(listed, "kind"));
        Assert.Equal(["ghost-1", "ghost-2"], listed.GetProperty("evidence").GetProperty("orders").EnumerateArray().Select(o => o.GetString()));
    }

    private async Task HelloAsync(string serial)
    {
        using var answer = await Gateway.Client.PostAsJsonAsync("v1/hello", new { serial, model = "simulated", firmware = "1.0" }, Token);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> UntilListedAsync()
    {
        while (true)
        {
            var list = (await Gateway.Staff.GetFromJsonAsync<JsonElement>("v1/staff/anomalies", Token)).GetProperty("anomalies");
            foreach (var anomaly in list.EnumerateArray().Where(a => Text(a, "kind") != "firmwareChanged")) return anomaly;
            await Task.Delay(50, Token);
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
