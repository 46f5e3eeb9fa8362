using System.Net;
using System.Net.Sockets;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.StreamRelay;
using Marquee.StreamRelay.Tests;
using Marquee.StreamRelay.Tests.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Browser.Tests.Stream;

/// <summary>
/// A relay as it is hosted, in this process and on ports that it keeps when it is started again, told of one live event. Its line to the bus
/// is down, which it does not mind.
/// </summary>
internal sealed class ShowRelay(string popId, string dataPath, TokenIssuer issuer, params string[] settings) : IAsyncDisposable
{
    public const string EventId = WatchNight.EventId;

    private const string NoBus =
        "Endpoint=sb://127.0.0.1:9/;SharedAccessKeyName=none;SharedAccessKey=bm9uZQ==;UseDevelopmentEmulator=true;";

    private readonly int _httpPort = FreePort();
    private readonly int _mediaPort = FreePort();
    private WebApplication? _app;
    private long _version;

    public Uri Url => new($"http://127.0.0.1:{_httpPort}/");

    public RelayMedia Media => Running.Services.GetRequiredService<RelayMedia>();

    private WebApplication Running => _app ?? throw new InvalidOperationException("The relay does not run.");

    /// <summary>The page that shows the stream, with a view token in its address.</summary>
    public Uri Player(string streamId = EventId) => new(Url, $"player/{streamId}#token={issuer.View(streamId)}");

    /// <summary>The page that sends it.</summary>
    public Uri Publish(string streamId = EventId, bool takeOver = false) => new(Url, $"publish/{streamId}#token={issuer.Publish(streamId, takeOver)}");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app = RelayHost.Create(
        [
            $"--urls={Url.GetLeftPart(UriPartial.Authority)}", $"--Media:Port={_mediaPort}", $"--Edge:PopId={popId}", $"--Edge:DataPath={dataPath}",
            $"--EdgeSync:EventsConnection={NoBus}", $"--EdgeSync:CommandsConnection={NoBus}", "--Logging:LogLevel:Default=Error", .. settings,
        ]);
        await _app.StartAsync(cancellationToken);
        if (_version > 0) return;
        await ApplyAsync(ConfigureStreamAccess.CommandKey, issuer.Access());
        await PhaseAsync(EventPhase.Live);
    }

    /// <summary>Ends it; <see cref="StartAsync"/> starts it again on its store and its ports.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app) await app.DisposeAsync();
        _app = null;
    }

    public Task PhaseAsync(EventPhase phase) => ApplyAsync($"event/{EventId}", WatchNight.In(phase));

    /// <summary>Gives the relay a command as its inbox would.</summary>
    public async Task ApplyAsync(string key, CommandBody body)
    {
        var (outcome, verdict) = await Running.Services.GetRequiredService<Inbox>().AcceptAsync(
            new EdgeCommand { PopId = popId, Key = key, Version = ++_version, IssuedAt = DateTimeOffset.UnixEpoch, Body = body });
        if (outcome != CommandOutcome.Applied) throw new InvalidOperationException($"{key}: {outcome} {verdict}");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
