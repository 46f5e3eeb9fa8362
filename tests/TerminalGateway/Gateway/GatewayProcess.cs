using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Marquee.EdgeSync.Tests;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The gateway as a process of its own, started as the platform starts it, to be killed at any moment.</summary>
internal sealed class GatewayProcess : IDisposable
{
    public const string TerminalKey = "terminal-key-of-this-test";
    public const string StaffKey = "staff-key-of-this-test";
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private GatewayProcess(Process process, Uri address, Task<string> error)
    {
        // Both are read to their end, or a full pipe would stop the gateway.
        (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), error);
        Client = new HttpClient { BaseAddress = address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TerminalKey);
    }

    /// <summary>Speaks to this life of the gateway as a terminal.</summary>
    public HttpClient Client { get; }

    public static async Task<GatewayProcess> StartAsync(string dataPath, Bus bus, Uri processor, CancellationToken cancellationToken)
    {
        var process = new Process { StartInfo = StartInfo(dataPath, bus, processor) };
        process.Start();
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("gateway berlin listening on ", StringComparison.Ordinal)) continue;
            return new GatewayProcess(process, new Uri(line.Split(' ')[^1]), error);
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
        Client.Dispose();
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
            ["Gateway__TerminalKey"] = TerminalKey,
            ["Gateway__StaffKey"] = StaffKey,
            ["Gateway__ProbeInterval"] = "00:00:00.2",
            // A loaded machine must not turn an online sale into an offline one; outages here fail at once.
            ["Gateway__AuthorisationTimeout"] = "00:00:30",
            ["Stripe__ApiKey"] = Processor.ApiKey,
            ["Stripe__ApiBase"] = processor.GetLeftPart(UriPartial.Authority),
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        },
    };

    // Process has no way to send SIGTERM.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
