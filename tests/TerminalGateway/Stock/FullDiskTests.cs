using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Tests.Fulfilment;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

public sealed class FullDiskTests
{
    private const int MostUntilFull = 2_000;

    [Fact]
    public async Task A_full_disk_is_said_and_the_same_request_goes_through_once_there_is_room()
    {
        using var folder = new TempFolder();
        await using var till = Counter.Start(folder.Path, new FakeTimeProvider(Counter.Evening));
        await till.ConfigureAsync(1, TestTill.Configuration());
        await using var site = await StaffSite.StartAsync(till);
        using var staff = new HttpClient { BaseAddress = site.Address };
        staff.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", till.Settings.StaffKey);

        // As large as it is, and not a page more.
        await till.DoAsync(tx => tx.Execute("PRAGMA max_page_count=1"));
        var (number, status) = (0, HttpStatusCode.Created);
        var code = "";
        while (status == HttpStatusCode.Created && number < MostUntilFull) (status, code) = await CountAsync(staff, ++number);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "journal_full"), (status, code));
        Assert.Equal(number - 1, till.StockFacts<StockAdjusted>().Count);

        await till.DoAsync(tx => tx.Execute("PRAGMA max_page_count=100000"));
        Assert.Equal(HttpStatusCode.Created, (await CountAsync(staff, number)).Status);
        Assert.Empty(till.Disagreements());
    }

    private static async Task<(HttpStatusCode Status, string Code)> CountAsync(HttpClient staff, int number)
    {
        var count = Shelf.Adjustment($"count-{number}", StockAdjustmentKind.Recount, number % 10) with { Reason = new string('x', 200) };
        using var answer = await staff.PostAsJsonAsync(
            new Uri("v1/staff/stock/adjustments", UriKind.Relative), count, ContractJson.Options, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (answer.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString()! : "");
    }
}
