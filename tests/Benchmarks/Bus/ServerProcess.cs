using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marquee.Benchmarks.Bus;

/// <summary>A server for the length of a benchmark, with its data in a folder of its own; both are gone afterwards.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it prints a line that has <paramref name="ready"/> in it.</summary>
    /// <returns>The process, and that line.</returns>
    internal static async Task<(ServerProcess Server, string Line)> StartAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string ready,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var server = new ServerProcess(process);
        try
        {
            var printed = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                printed.AppendLine(line);
                if (line.Contains(ready, StringComparison.Ordinal))
                {
                    // Read on, so that the pipe never fills.
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return (server, line);
                }
            }

            throw new InvalidOperationException($"{program} ended before it was ready:\n{printed}");
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts a server that says nothing when it is ready.</summary>
    internal static ServerProcess Start(string program, IEnumerable<string> arguments) =>
        new(Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new InvalidOperationException($"{program} did not start."));

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
