using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Tests;
using Microsoft.AspNetCore.Builder;

namespace Marquee.StreamRelay.Tests;

/// <summary>The relay as it is hosted, against a broker of its own.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Bus _bus;
    private readonly HttpClient _http = new();

    public RelayTests() => _bus = new Bus(_folder.File("bus"));

    public async ValueTask InitializeAsync() => await _bus.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _bus.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task It_takes_its_streams_from_the_cloud_and_keeps_them_across_a_restart()
    {
        await using (var relay = await StartAsync(TestContext.Current.CancellationToken))
        {
            await _bus.SendAsync(WatchNight.Command(2, EventPhase.Live));
            await _bus.SendAsync(WatchNight.Command(1, EventPhase.Announced));
            await UntilAsync(relay, s => s.GetArrayLength() == 1, TestContext.Current.CancellationToken);
            await relay.StopAsync(TestContext.Current.CancellationToken);
        }

        await _bus.StopAsync();
        await using var again = await StartAsync(TestContext.Current.CancellationToken);
        var stream = Assert.Single((await StatusAsync(again, TestContext.Current.CancellationToken)).GetProperty("streams").EnumerateArray().ToList());
        Assert.Equal(("watch-night", "Watch night", "live"), (Text(stream, "eventId"), Text(stream, "title"), Text(stream, "phase")));
    }

    [Fact(Timeout = 120_000)]
    public async Task It_reports_its_health_and_does_not_acknowledge_events_in_the_tills_place()
    {
        await using var relay = await StartAsync(TestContext.Current.CancellationToken);
        await _bus.SendAsync(WatchNight.Command(1, EventPhase.Live));
        await UntilAsync(relay, s => s.GetArrayLength() == 1, TestContext.Current.CancellationToken);
        var first = await _bus.ReceiveAsync(f => f.Count == 1, TestContext.Current.CancellationToken);
        Assert.Equal(("relay", 1), (first[0].Fact.Stream, first[0].Fact.Sequence));
        Assert.Equal(("relay", "healthy"), first[0].Fact.Body is NodeHealth health ? (health.Module, health.Status) : default);
        Assert.DoesNotContain(await _bus.ReceiveRestAsync(TestContext.Current.CancellationToken), f => f.Body is EventApplied);
    }

    [Fact(Timeout = 120_000)]
    public async Task It_answers_for_itself_while_the_bus_is_away()
    {
        await _bus.StopAsync();
        await using var relay = await StartAsync(TestContext.Current.CancellationToken);
        using var health = await _http.GetAsync(new Uri(new Uri(relay.Urls.Single()), "health/ready"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        var status = await StatusAsync(relay, TestContext.Current.CancellationToken);
        Assert.Equal(("berlin", "relay"), (Text(status, "popId"), Text(status, "module")));
        Assert.False(status.GetProperty("sync").GetProperty("commandsConnected").GetBoolean());
    }

    [Fact]
    public void A_missing_key_is_told_by_its_name()
    {
        var error = Assert.Throws<EdgeConfigurationException>(() => RelayHost.Create([.. Arguments().Where(a => !a.StartsWith("--EdgeSync:EventsConnection", StringComparison.Ordinal))]));
        Assert.Equal("EdgeSync:EventsConnection is not set.", error.Message);
    }

    private async Task<WebApplication> StartAsync(CancellationToken cancellationToken)
    {
        var relay = RelayHost.Create(Arguments());
        await relay.StartAsync(cancellationToken);
        return relay;
    }

    private string[] Arguments() =>
    [
        "--urls=http://127.0.0.1:0",
        "--Media:Port=0",
        "--Edge:PopId=berlin",
        $"--Edge:DataPath={_folder.Path}",
        $"--EdgeSync:EventsConnection={_bus.EventsConnection}",
        $"--EdgeSync:CommandsConnection={_bus.CommandsConnection}",
        $"--EdgeSync:CommandSubscription={Bus.Subscription}",
    ];

    private async Task<JsonElement> StatusAsync(WebApplication relay, CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JsonElement>(new Uri(new Uri(relay.Urls.Single()), "v1/status"), cancellationToken);

    private async Task UntilAsync(WebApplication relay, Func<JsonElement, bool> streams, CancellationToken cancellationToken)
    {
        while (!streams((await StatusAsync(relay, cancellationToken)).GetProperty("streams"))) await Task.Delay(50, cancellationToken);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
