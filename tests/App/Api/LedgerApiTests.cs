using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Api;

public sealed class LedgerApiTests(Azurite azurite) : IAsyncLifetime
{
    private Cloud _cloud = null!;
    private PopUp _popUp = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await Cloud.StartAsync(azurite, TestContext.Current.CancellationToken);
        _popUp = await PopUp.DraftAsync(_cloud);
        await _popUp.SayAsync(_popUp.Berlin, Given.Sale(_popUp.Id, "b-1"));
        await _popUp.SayAsync(_popUp.Berlin, Given.Sale(_popUp.Id, "b-2", ApprovalMode.Offline));
        await _popUp.SayAsync(_popUp.Berlin, Given.Sale(_popUp.Id, "b-3"));
        await _cloud.UntilAsync($"api/events/{_popUp.Id}/statement", statement => (int)statement["sales"]!["count"]! == 3);
    }

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task A_ledger_tells_its_balances_its_journal_and_that_it_holds()
    {
        var balances = await GetAsync("balances");
        Assert.Equal((3, 3_850), ((int)balances["sequence"]!, NetOf(balances, "offline-at-risk")));
        Assert.Equal(0, NetOf(await GetAsync("balances?asOf=2000-01-01T00:00:00Z"), "offline-at-risk"));
        Assert.Equal(NetOf(balances, "event-proceeds"), NetOf(await GetAsync($"balances?asOf={Given.Doors:yyyy-MM-dd'T'HH:mm:ss'Z'}"), "event-proceeds"));

        var page = await GetAsync("journal?limit=2");
        Assert.Equal(["sale/b-1", "sale/b-2"], page["postings"]!.AsArray().Select(one => (string)one!["posting"]!["id"]!));
        var rest = await GetAsync($"journal?after={page["next"]}");
        Assert.Equal("sale/b-3", (string)Assert.Single(rest["postings"]!.AsArray())!["posting"]!["id"]!);
        Assert.Null(rest["next"]);

        var verdict = await GetAsync("verify");
        Assert.True((bool)verdict["holds"]!, verdict.ToJsonString());
    }

    [Fact]
    public async Task A_period_is_closed_once_and_for_all()
    {
        var path = $"api/ledgers/{_popUp.Id}/periods";
        var future = await Assert.ThrowsAsync<HttpRequestException>(() => _cloud.PostAsync(path, new { through = "2199-01-01T00:00:00Z" }));
        Assert.Equal((HttpStatusCode.Conflict, true), (future.StatusCode, future.Message.Contains("period_not_over", StringComparison.Ordinal)));
        // The sales of these tests take effect in the future; the period before them is over, and empty.
        var closed = await _cloud.PostAsync(path, new { through = "2026-01-02T00:00:00Z" });
        Assert.Empty(closed["balances"]!.AsArray());
        var earlier = await Assert.ThrowsAsync<HttpRequestException>(() => _cloud.PostAsync(path, new { through = "2026-01-01T00:00:00Z" }));
        Assert.Contains("period_closed", earlier.Message, StringComparison.Ordinal);
        Assert.Equal((string)closed["journalHash"]!, (string)Assert.Single((await _cloud.GetAsync(path))["items"]!.AsArray())!["journalHash"]!);
    }

    [Fact]
    public async Task Hledger_comes_to_the_same_balances()
    {
        var journal = await _cloud.Http.GetStringAsync(new Uri($"api/ledgers/{_popUp.Id}/export?format=hledger", UriKind.Relative), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("hledger") { RedirectStandardInput = true, RedirectStandardOutput = true, ArgumentList = { "-f", "-", "balance", "--flat", "-N", "-O", "csv" } };
        using var hledger = Process.Start(start)!;
        await hledger.StandardInput.WriteAsync(journal);
        hledger.StandardInput.Close();
        var lines = (await hledger.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await hledger.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, hledger.ExitCode);
        Assert.Contains("\"debit:offline-at-risk\",\"38.50 EUR\"", lines);
        Assert.Contains($"\"credit:tips-payable\",\"-3.00 EUR\"", lines);
    }

    [Fact]
    public async Task A_journal_leaves_as_CSV_and_as_lines_of_JSON()
    {
        var csv = await _cloud.Http.GetStringAsync(new Uri($"api/ledgers/{_popUp.Id}/export?format=csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains(",sale/b-2,posted,post,offline-at-risk,debit,38.50,EUR,", csv, StringComparison.Ordinal);
        var lines = await _cloud.Http.GetStringAsync(new Uri($"api/ledgers/{_popUp.Id}/export", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int)JsonNode.Parse(line)!["sequence"]!));
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_answered_with_a_code()
    {
        foreach (var (path, code) in ((string, string)[])
            [
                ($"api/ledgers/{_popUp.Id}/balances?asOf=yesterday", "invalid_time"),
                ($"api/ledgers/{_popUp.Id}/journal?limit=0", "invalid_page"),
                ($"api/ledgers/{_popUp.Id}/export?format=pdf", "unknown_format"),
                ("api/ledgers/no-such-event/verify", "unknown_ledger"),
                ("api/ledger-transfers/no-such-transfer", "unknown_transfer"),
            ])
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => _cloud.GetAsync(path));
            Assert.Contains(code, refused.Message, StringComparison.Ordinal);
        }

        using var stranger = new HttpClient { BaseAddress = _cloud.Http.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri($"api/ledgers/{_popUp.Id}/journal", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_transfer_between_ledgers_is_made_once_under_its_id()
    {
        var path = $"api/ledger-transfers/{Given.NewId("commission")}";
        object Transfer(long amount) => new
        {
            fromLedger = _popUp.Id,
            fromAccount = "platform-commission",
            toLedger = "_platform",
            toAccount = "platform-commission",
            amountMinorUnits = amount,
            currency = "EUR",
            reason = "Commission",
        };
        await _cloud.PutAsync(path, Transfer(120));
        await _cloud.PutAsync(path, Transfer(120));
        Assert.Equal("done", (string)(await _cloud.UntilAsync(path, one => (string)one["state"]! != "running"))["state"]!);
        var clash = await Assert.ThrowsAsync<HttpRequestException>(() => _cloud.PutAsync(path, Transfer(121)));
        Assert.Contains("transfer_clash", clash.Message, StringComparison.Ordinal);

        Assert.Equal(-120, NetOf(await GetAsync("balances"), "platform-commission"));
        Assert.True((bool)(await _cloud.GetAsync("api/ledgers/_platform/verify"))["holds"]!);
        var wrong = await _cloud.Http.PutAsJsonAsync(path + "-2", new { fromLedger = _popUp.Id, toLedger = _popUp.Id }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    private Task<JsonNode> GetAsync(string path) => _cloud.GetAsync($"api/ledgers/{_popUp.Id}/{path}");

    private static long NetOf(JsonNode balances, string account) =>
        balances["balances"]!.AsArray().Where(one => (string?)one!["account"] == account).Sum(one => (long)one!["netMinorUnits"]!);
}
