using System.Net.Http.Json;
using System.Text.Json;
using Marquee.TerminalGateway.Tests.Fulfilment;

namespace Marquee.TerminalGateway.Tests.Debts;

public sealed class DebtsEndpointTests : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly HttpClient _http = new();
    private DebtScene _scene = null!;
    private StaffSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await DebtScene.StartAsync();
        _site = await StaffSite.StartAsync(_scene.Till);
        (_http.BaseAddress, _http.DefaultRequestHeaders.Authorization) = (_site.Address, new("Bearer", _scene.Till.Settings.StaffKey));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _site.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task Staff_see_a_debt_with_its_history_and_never_the_card()
    {
        await _scene.DeclinedAsync();
        await PostAsync("debts/o-1/link", new { by = "ana" });
        var list = await _http.GetStringAsync(new Uri("v1/staff/debts", UriKind.Relative), Stop);
        var story = await _http.GetStringAsync(new Uri("v1/staff/debts/o-1", UriKind.Relative), Stop);
        Assert.Contains("\"blockedCards\":1", list, StringComparison.Ordinal);
        var debt = JsonDocument.Parse(story).RootElement;
        Assert.Equal("linkSent", debt.GetProperty("debt").GetProperty("state").GetString());
        Assert.StartsWith("http", debt.GetProperty("debt").GetProperty("linkUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["approvedOffline", "declinedAtForward", "cardBlocked", "debtLinkSent"],
            debt.GetProperty("history").EnumerateArray().Select(decision => decision.GetProperty("decision").GetString()));
        Assert.Equal("ana", debt.GetProperty("history")[3].GetProperty("actor").GetString());
        foreach (var secret in (string[])[DebtScene.EmptyCard, _scene.Debt().Card])
            Assert.DoesNotContain(secret, list + story, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debts/o-9/link", """{"by":"ana"}""", 404, "unknown_debt")]
    [InlineData("debts/o-9/write-off", """{"by":"ana","reason":"goodwill"}""", 404, "unknown_debt")]
    [InlineData("debts/o-1/link", "{}", 400, "invalid_debt_request")]
    [InlineData("debts/o-1/write-off", """{"by":"ana","reason":"because I say so"}""", 400, "invalid_debt_request")]
    [InlineData("debts/o-1/write-off", """{"reason":"goodwill"}""", 400, "invalid_debt_request")]
    [InlineData("debts/o-1/write-off", """{"by":"ana","reason":"link_not_paid"}""", 400, "invalid_debt_request")]
    public async Task What_cannot_be_done_is_refused(string path, string body, int status, string code)
    {
        await _scene.DeclinedAsync();
        Assert.Equal((status, code), await PostAsync(path, JsonDocument.Parse(body).RootElement));
    }

    [Fact]
    public async Task A_debt_is_written_off_once()
    {
        await _scene.DeclinedAsync();
        Assert.Equal((200, ""), await PostAsync("debts/o-1/write-off", new { by = "ana", reason = "goodwill" }));
        Assert.Equal((409, "debt_not_movable"), await PostAsync("debts/o-1/write-off", new { by = "ana", reason = "goodwill" }));
    }

    private async Task<(int Status, string Code)> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri("v1/staff/" + path, UriKind.Relative), body, Stop);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return ((int)answer.StatusCode, json.TryGetProperty("code", out var code) ? code.GetString()! : "");
    }
}
