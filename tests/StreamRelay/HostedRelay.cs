using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.StreamRelay.Tests;

/// <summary>A relay with all its parts on free ports, in a folder of its own. Its line to the cloud leads nowhere.</summary>
internal sealed class HostedRelay : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private WebApplication? _app;

    public string DataPath => _folder.Path;
    public IServiceProvider Services => _app!.Services;
    public RelayMedia Media => Services.GetRequiredService<RelayMedia>();
    public HttpClient Http { get; } = new();

    public static async Task<HostedRelay> StartAsync(params string[] arguments)
    {
        var relay = new HostedRelay();
        relay._app = RelayHost.Create([.. relay.Arguments, .. arguments]);
        await relay._app.StartAsync(TestContext.Current.CancellationToken);
        relay.Http.BaseAddress = new Uri(relay._app.Urls.Single());
        return relay;
    }

    /// <summary>The keys that every relay needs.</summary>
    public static string[] ArgumentsIn(string folder)
    {
        const string Nowhere = "Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=none;SharedAccessKey=bm9uZQ==;UseDevelopmentEmulator=true";
        return
        [
            "--urls=http://127.0.0.1:0", "--Media:Port=0", "--Edge:PopId=berlin", $"--Edge:DataPath={folder}",
            $"--EdgeSync:EventsConnection={Nowhere}", $"--EdgeSync:CommandsConnection={Nowhere}",
        ];
    }

    /// <summary>Puts an event into the relay's book, as a command would.</summary>
    public Task ConfigureAsync(string eventId, EventPhase phase) => Services.GetRequiredService<EdgeStore>().WriteAsync(tx => tx.Execute(
        """
        INSERT INTO streams(event_id, version, title, phase, starts_at, ends_at) VALUES($event, 1, $event, $phase, $at, $at)
        ON CONFLICT(event_id) DO UPDATE SET phase=$phase
        """,
        ("$event", eventId), ("$phase", phase.ToString()), ("$at", DateTimeOffset.UnixEpoch.ToString("O"))));

    public async Task<JsonElement> StatusAsync() => await Http.GetFromJsonAsync<JsonElement>("v1/status", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        _folder.Dispose();
    }

    private string[] Arguments => ArgumentsIn(_folder.Path);
}

/// <summary>Waiting for what comes about by itself; only a failure waits long.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, otherwise?.Invoke() ?? "it never came about");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, Func<string>? otherwise = null) => HoldsAsync(() => Task.FromResult(condition()), otherwise);
}
