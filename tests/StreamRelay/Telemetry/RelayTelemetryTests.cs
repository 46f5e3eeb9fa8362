using System.Net;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Tests.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.StreamRelay.Tests.Telemetry;

/// <summary>
/// What a running relay says of a stream that a source without transport plays on its loop. No other relay runs beside it: meters of one name
/// are one in a process, and the first relay to end would silence them for all.
/// </summary>
[Collection("telemetry")]
public sealed class RelayTelemetryTests : IAsyncLifetime
{
    private const string Counted = "counted-night";

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();
    private readonly Bus _bus;
    private readonly HttpClient _http = new();
    private WebApplication _relay = null!;

    public RelayTelemetryTests() => _bus = new Bus(_folder.File("bus"));

    public async ValueTask InitializeAsync()
    {
        await _bus.StartAsync();
        _relay = RelayHost.Create(
        [
            "--urls=http://127.0.0.1:0", "--Media:Port=0", "--Edge:PopId=berlin", $"--Edge:DataPath={_folder.Path}",
            $"--EdgeSync:EventsConnection={_bus.EventsConnection}", $"--EdgeSync:CommandsConnection={_bus.CommandsConnection}",
            $"--EdgeSync:CommandSubscription={Bus.Subscription}",
        ]);
        await _relay.StartAsync(Stop);
        _http.BaseAddress = new Uri(_relay.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _relay.DisposeAsync();
        await _bus.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Its_metrics_tell_of_viewers_packets_and_latency()
    {
        await PlayAsync(Counted);
        var text = await UntilAsync(async () => await _http.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop),
            metrics => Value(metrics, "marquee_stream_viewers{") == 2);
        Assert.Equal(6, Value(text, "marquee_stream_ingest_packets_total{"));
        Assert.Equal(12, Value(text, "marquee_stream_egress_packets_total{"));
        Assert.NotEqual(-1, Value(text, "marquee_stream_first_frame_seconds{"));
        Assert.Contains("marquee_relay_hop_latency_seconds{", text, StringComparison.Ordinal);
        Assert.Contains("quantile=\"0.95\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    public async Task It_is_alive_and_ready(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("healthy", JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_loop_that_hangs_is_neither_alive_nor_ready()
    {
        using var goOn = new ManualResetEventSlim();
        var media = _relay.Services.GetRequiredService<RelayMedia>();
        media.Loop.Post(() => goOn.Wait(Stop));
        try
        {
            await UntilAsync(() => _http.GetAsync(new Uri("health/live", UriKind.Relative), Stop), a => a.StatusCode == HttpStatusCode.ServiceUnavailable);
            using var ready = await _http.GetAsync(new Uri("health/ready", UriKind.Relative), Stop);
            Assert.Contains("media_loop_stuck", await ready.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        finally
        {
            goOn.Set();
        }
        await UntilAsync(() => _http.GetAsync(new Uri("health/live", UriKind.Relative), Stop), a => a.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_cloud_hears_who_watches_and_that_the_last_has_left()
    {
        await _bus.SendAsync(WatchNight.Command(1, EventPhase.Live, "night"));
        var viewers = await PlayAsync("night");
        var heard = await _bus.ReceiveAsync(facts => Seen(facts).Any(seen => seen.Viewers == 2), Stop);
        Assert.Equal(2, Seen(heard.Select(h => h.Fact)).Sum(seen => seen.Minutes.Sum(minute => minute.Joined)));

        await Media.Loop.InvokeAsync(() => viewers.ForEach(viewer => viewer.Close()));
        await _bus.ReceiveAsync(facts => Seen(facts).Any(seen => seen.Viewers == 0), Stop);
    }

    private RelayMedia Media => _relay.Services.GetRequiredService<RelayMedia>();

    private Task<List<Viewer>> PlayAsync(string streamId) => Media.Loop.InvokeAsync(() =>
    {
        var publisher = Media.Streams.Publish(streamId, Show.Plan(1), new PublishOptions()).Publisher!;
        var source = new Source(Media.Streams, () => Media.Loop.Now, publisher, 1);
        var viewers = new List<Viewer>();
        source.Frame(key: true);
        for (var i = 0; i < 2; i++)
        {
            var viewer = Media.Streams.View(streamId, Show.ViewerPlan()).Viewer!;
            viewer.Start(new RecordingSink(), Media.Loop.Now);
            viewers.Add(viewer);
        }
        source.Frame();
        return viewers;
    });

    private static List<ViewershipObserved> Seen(IEnumerable<EdgeFact> facts) => [.. facts.Select(fact => fact.Body).OfType<ViewershipObserved>()];

    private static double Value(string metrics, string start) => metrics.Split('\n')
        .Where(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains($"\"{Counted}\"", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split("} ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault(-1);

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo)
    {
        for (var i = 0; i < 300; i++)
        {
            var answer = await ask();
            if (isSo(answer)) return answer;
            await Task.Delay(100, Stop);
        }
        throw new TimeoutException($"It did not come true; the last answer: {await ask()}");
    }
}

[CollectionDefinition("telemetry", DisableParallelization = true)]
public sealed class TelemetryCollection;
