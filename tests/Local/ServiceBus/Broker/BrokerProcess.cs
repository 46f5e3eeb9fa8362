using System.Diagnostics;
using System.Globalization;
using Marquee.Local.ServiceBus.Broker;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>The broker's executable as a child process, to be killed for real.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port}/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;";

    public static async Task<BrokerProcess> StartAsync(string folder, int port = 0)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "Config.json");
        await File.WriteAllTextAsync(config, TestBroker.Configuration, TestContext.Current.CancellationToken);
        var process = Launch("--config", config, "--data", Path.Combine(folder, "data"), "--port", port.ToString(CultureInfo.InvariantCulture));
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        const string Ready = "broker listening on 127.0.0.1:";
        if (line?.StartsWith(Ready, StringComparison.Ordinal) != true)
            throw new InvalidOperationException($"The broker said '{line}' and {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return new BrokerProcess(process, int.Parse(line[Ready.Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs the executable to its end.</summary>
    public static async Task<(int ExitCode, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, errors);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static Process Launch(params string[] arguments)
    {
        var dll = typeof(BrokerServer).Assembly.Location;
        return Process.Start(new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
