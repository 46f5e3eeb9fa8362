using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Marquee.Simulation.World;

namespace Marquee.Simulation.Runs;

/// <summary>A child process and the one seed that it is at.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>A seed that takes longer hangs: a real wait has crept into virtual time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    public WorkerProcess(string executable, Mutation mutation)
    {
        var start = new ProcessStartInfo(executable, [Worker.Command, mutation.ToString()]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Compiling is a good part of a short run, and twice mapped pages are a good part of compiling.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} does not start.");
    }

    /// <summary>Plays a seed and waits, on the caller's own thread.</summary>
    public SeedResult Play(ulong seed)
    {
        _process.StandardInput.WriteLine(seed.ToString(CultureInfo.InvariantCulture));
        using var limit = new Timer(_ => _process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        return _process.StandardOutput.ReadLine() is { } line
            ? JsonSerializer.Deserialize<SeedResult>(line)!
            : SeedResult.Broken(seed, "every seed ends", "The process died or hung.");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5))) _process.Kill();
        _process.Dispose();
    }
}
