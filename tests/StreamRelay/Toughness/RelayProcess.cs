using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Marquee.Domain;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Tests.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.StreamRelay.Tests.Toughness;

/// <summary>
/// The relay as it is deployed, as a process that can be killed. It has its event and its keys from a store that is written before; its line to
/// the bus is down. Used by the benchmarks too.
/// </summary>
internal sealed class RelayProcess : IDisposable
{
    public const string EventId = WatchNight.EventId;

    private const string NoBus = "Endpoint=sb://127.0.0.1:9/;SharedAccessKeyName=none;SharedAccessKey=bm9uZQ==;UseDevelopmentEmulator=true;";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TokenIssuer _issuer = new();
    private readonly HttpClient _http = new();
    private readonly TempFolder _folder = new();
    private readonly string[] _command;
    private readonly string[] _settings;
    private Process? _process;

    private RelayProcess(string[] command)
    {
        var (http, media) = (FreePort(SocketType.Stream), FreePort(SocketType.Dgram));
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{http}"));
        _command = command;
        _settings =
        [
            $"--urls={Url}",
            string.Create(CultureInfo.InvariantCulture, $"--Media:Port={media}"),
            "--Media:TcpPort=0",
            "--Media:MaxPeers=10000",
            "--Edge:PopId=berlin",
            $"--Edge:DataPath={_folder.Path}",
            $"--EdgeSync:EventsConnection={NoBus}",
            $"--EdgeSync:CommandsConnection={NoBus}",
            "--Logging:LogLevel:Default=Critical",
        ];
    }

    public Uri Url { get; }

    public Process Process => _process ?? throw new InvalidOperationException("the relay has not been started");

    /// <summary>Writes the store and starts the process.</summary>
    /// <param name="command">The relay's program, or one that starts it, with its arguments.</param>
    public static async Task<RelayProcess> StartAsync(string[] command, CancellationToken cancellation)
    {
        var relay = new RelayProcess(command);
        try
        {
            await relay.WriteStoreAsync();
            relay.Launch();
            await relay.UntilAliveAsync(cancellation);
            return relay;
        }
        catch
        {
            relay.Dispose();
            throw;
        }
    }

    /// <summary>Starts the process, on the ports and the store that it always has.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo(_command[0], [.. _command[1..], .. _settings]) { RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{_command[0]} did not start.");
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    public async Task UntilAliveAsync(CancellationToken cancellation)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var alive = await _http.GetAsync(new Uri(Url, "health/live"), cancellation);
                if (alive.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!Process.HasExited && TimeProvider.System.GetElapsedTime(startedAt) < Patience)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellation);
        }
    }

    /// <summary>As kill -9 does: no goodbye to anybody.</summary>
    public void Kill()
    {
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
        _process = null;
    }

    /// <summary>The answer to a publisher's offer; null while the relay is not there or does not take it.</summary>
    public Task<string?> PublishAsync(string offer, CancellationToken cancellation) =>
        PostAsync("whip", offer, _issuer.Publish(EventId), cancellation);

    /// <summary>The answer to a viewer's offer; null while the relay is not there, or has no stream yet.</summary>
    public Task<string?> ViewAsync(string offer, CancellationToken cancellation) => PostAsync("whep", offer, _issuer.View(EventId), cancellation);

    public Task<string> MetricsAsync(CancellationToken cancellation) => _http.GetStringAsync(new Uri(Url, "metrics"), cancellation);

    public void Dispose()
    {
        if (_process is not null) Kill();
        _http.Dispose();
        _issuer.Dispose();
        _folder.Dispose();
    }

    private async Task<string?> PostAsync(string protocol, string offer, string token, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, $"{protocol}/{EventId}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Content = new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
            using var response = await _http.SendAsync(request, cancellation);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellation) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Gives the relay's store the commands that the cloud would send.</summary>
    private async Task WriteStoreAsync()
    {
        await using var relay = RelayHost.Create(_settings);
        var inbox = relay.Services.GetRequiredService<Inbox>();
        await inbox.AcceptAsync(TokenIssuer.Command(1, _issuer.Access()));
        await inbox.AcceptAsync(WatchNight.Command(1, EventPhase.Live));
    }

    private static int FreePort(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
