using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The gateway as a process of its own, started as the platform starts it, to be killed at any moment.</summary>
internal sealed class GatewayProcess : IDisposable
{
    public const string StaffKey = "staff-key-of-this-test";
    private const int SigTerm = 15;

    /// <summary>The terminal that <see cref="TestTill.Request"/> speaks of.</summary>
    public const string Terminal = "terminal-1";

    private readonly ConcurrentDictionary<string, Task<TerminalClient>> _terminals = new(StringComparer.Ordinal);
    private readonly string _dataPath;
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private GatewayProcess(Process process, string dataPath, IReadOnlyList<Uri> addresses, Task<string> error)
    {
        // Both are read to their end, or a full pipe would stop the gateway.
        (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), error);
        (_dataPath, Addresses) = (dataPath, addresses);
        Staff = new HttpClient { BaseAddress = addresses[0] };
        Staff.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StaffKey);
    }

    /// <summary>Where this life listens: staff, terminals, pairing.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The process, to be looked at from outside.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Speaks to this life of the gateway as its staff.</summary>
    public HttpClient Staff { get; }

    /// <summary>Speaks to this life of the gateway as <see cref="Terminal"/>.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Speaks to this life of the gateway as a terminal, which is paired when it never was.</summary>
    public async Task<HttpClient> ClientOfAsync(string terminalId, CancellationToken cancellationToken) =>
        (await _terminals.GetOrAdd(terminalId, id => ConnectAsync(id, cancellationToken))).Http;

    /// <summary>Staff's code for a terminal.</summary>
    public async Task<string> InviteAsync(string terminalId, CancellationToken cancellationToken)
    {
        using var answer = await Staff.PostAsJsonAsync("v1/staff/pairings", new { terminalId }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("code").GetString()!;
    }

    public async Task<Credentials> PairAsync(string terminalId, CancellationToken cancellationToken) =>
        await TerminalPairing.PairAsync(Addresses[2], await InviteAsync(terminalId, cancellationToken), Device.Simulated(terminalId), cancellationToken);

    /// <param name="settings">Beside or in place of the usual ones, as environment variables.</param>
    public static async Task<GatewayProcess> StartAsync(
        string dataPath, Bus bus, Uri processor, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? settings = null)
    {
        var process = new Process { StartInfo = StartInfo(dataPath, bus, processor) };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>()) process.StartInfo.Environment[key] = value;
        process.Start();
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("gateway berlin listening on ", StringComparison.Ordinal)) continue;
            var addresses = line.Split(" listening on ")[1].Split(", ").Select(a => new Uri(a)).ToList();
            var gateway = new GatewayProcess(process, dataPath, addresses, error);
            gateway.Client = await gateway.ClientOfAsync(Terminal, cancellationToken);
            return gateway;
        }

        throw new InvalidOperationException("The gateway ended before it was ready.");
    }

    /// <summary>Starts one that is expected to give up; returns its exit code and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(
        string dataPath, Bus bus, Uri processor, string withoutKey, CancellationToken cancellationToken)
    {
        var start = StartInfo(dataPath, bus, processor);
        start.Environment.Remove(withoutKey);
        using var process = new Process { StartInfo = start };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, error);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>All that it wrote, once it has ended.</summary>
    public async Task<string> LogAsync() => await _output + await _error;

    /// <summary>Asks it to stop and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (Signal(_process.Id, SigTerm) != 0) throw new InvalidOperationException("The gateway is gone already.");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        Staff.Dispose();
        foreach (var terminal in _terminals.Values.Where(t => t.IsCompletedSuccessfully)) terminal.Result.Dispose();
    }

    // A terminal outlives the gateway's lives: its credentials and its count are in a file.
    private async Task<TerminalClient> ConnectAsync(string terminalId, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_dataPath, "terminals", terminalId + ".json");
        var credentials = Credentials.TryRead(file) ?? await PairAsync(terminalId, cancellationToken);
        return new TerminalClient(credentials, TimeProvider.System, Addresses[1], keep: kept => kept.Write(file));
    }

    private static ProcessStartInfo StartInfo(string dataPath, Bus bus, Uri processor) => new(Path.Combine(AppContext.BaseDirectory, "Marquee.TerminalGateway"))
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = dataPath,
        Environment =
        {
            ["Edge__PopId"] = Bus.PopId,
            ["Edge__DataPath"] = dataPath,
            ["EdgeSync__EventsConnection"] = bus.EventsConnection,
            ["EdgeSync__CommandsConnection"] = bus.CommandsConnection,
            ["EdgeSync__CommandSubscription"] = Bus.Subscription,
            ["Gateway__StaffKey"] = StaffKey,
            ["Gateway__ProbeInterval"] = "00:00:00.2",
            // A loaded machine must not turn an online sale into an offline one; outages here fail at once.
            ["Gateway__AuthorisationTimeout"] = "00:00:30",
            ["Stripe__ApiKey"] = Processor.ApiKey,
            ["Stripe__ApiBase"] = processor.GetLeftPart(UriPartial.Authority),
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Gateway__TerminalUrl"] = "https://127.0.0.1:0",
            ["Gateway__PairingUrl"] = "https://127.0.0.1:0",
        },
    };

    // Process has no way to send SIGTERM.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
