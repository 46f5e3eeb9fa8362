using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>
/// A relay as it is hosted, on ports of its own, told of one live event by commands; its line to the bus is down, which it does not mind. Clients
/// live on a loop of theirs.
/// </summary>
internal sealed class RelayRig : IAsyncDisposable
{
    public const string EventId = WatchNight.EventId;

    /// <summary>Far beyond what anything takes; only a failure waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string NoBus =
        "Endpoint=sb://127.0.0.1:9/;SharedAccessKeyName=none;SharedAccessKey=bm9uZQ==;UseDevelopmentEmulator=true;";

    private readonly TempFolder _folder = new();
    private readonly string[] _settings;
    private readonly List<WebRtcCaller> _callers = [];
    private WebApplication _relay = null!;
    private long _version;

    private RelayRig(string[] settings) => _settings = settings;

    public MediaLoop ClientLoop { get; } = new(TimeProvider.System);

    public TokenIssuer Issuer { get; } = new();

    public HttpClient Http { get; private set; } = new();

    public RelayMedia Media => _relay.Services.GetRequiredService<RelayMedia>();

    public T Service<T>()
        where T : notnull => _relay.Services.GetRequiredService<T>();

    public static async Task<RelayRig> StartAsync(EventPhase phase = EventPhase.Live, params string[] settings)
    {
        var rig = new RelayRig(settings);
        rig.ClientLoop.Start();
        await rig.StartRelayAsync();
        await rig.ApplyAsync(ConfigureStreamAccess.CommandKey, rig.Issuer.Access());
        await rig.PhaseAsync(phase);
        return rig;
    }

    public Task PhaseAsync(EventPhase phase) => ApplyAsync($"event/{EventId}", WatchNight.In(phase));

    /// <summary>Gives the relay a command as its inbox would.</summary>
    public async Task ApplyAsync(string key, CommandBody body)
    {
        var (outcome, verdict) = await Service<Inbox>().AcceptAsync(new EdgeCommand
        {
            PopId = "berlin", Key = key, Version = ++_version, IssuedAt = DateTimeOffset.UnixEpoch, Body = body,
        });
        Assert.True(outcome == CommandOutcome.Applied, $"{outcome} {verdict}");
    }

    /// <summary>Kills the relay and starts it again on its store, with other ports.</summary>
    public async Task RestartAsync()
    {
        await _relay.DisposeAsync();
        Http.Dispose();
        Http = new HttpClient();
        await StartRelayAsync();
    }

    public WebRtcCaller Caller()
    {
        var caller = new WebRtcCaller(this);
        _callers.Add(caller);
        return caller;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token, string? body = null, string? type = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type ?? "application/sdp");
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString();
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public Task UntilOnLoopAsync(Func<bool> condition) => UntilAsync(() => Media.Loop.InvokeAsync(condition));

    public async ValueTask DisposeAsync()
    {
        await ClientLoop.InvokeAsync(() => _callers.ForEach(caller => caller.Client.Dispose()));
        await ClientLoop.DisposeAsync();
        await _relay.DisposeAsync();
        Http.Dispose();
        Issuer.Dispose();
        _folder.Dispose();
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(10, patience.Token);
    }

    private async Task StartRelayAsync()
    {
        _relay = RelayHost.Create(
        [
            "--urls=http://127.0.0.1:0",
            "--Media:Port=0",
            "--Edge:PopId=berlin",
            $"--Edge:DataPath={_folder.Path}",
            $"--EdgeSync:EventsConnection={NoBus}",
            $"--EdgeSync:CommandsConnection={NoBus}",
            "--Logging:LogLevel:Default=Error",
            "--Recording:Enabled=false", // unless a test's own settings say otherwise
            .. _settings,
        ]);
        await _relay.StartAsync(TestContext.Current.CancellationToken);
        Http.BaseAddress = new Uri(_relay.Urls.Single());
    }
}
