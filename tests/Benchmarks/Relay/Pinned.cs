using System.Diagnostics;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// Runs a benchmark again as a child on the load generator's core: a thread's affinity is its creator's, so it has to be there first.
/// </summary>
internal static class Pinned
{
    private const string Mark = "MARQUEE_BENCH_PINNED";

    /// <returns>True when the child has run; false in the child.</returns>
    public static async Task<bool> RunAgainAsync(string benchmark, CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(Mark) is not null) return false;
        if (Environment.ProcessorCount < 2)
            throw new InvalidOperationException("The benchmark needs two cores: one for the server, one for the load.");
        var start = new ProcessStartInfo("taskset", ["-c", MeasuredServer.GeneratorCore, Environment.ProcessPath!, benchmark]);
        start.Environment[Mark] = "1";
        using var child = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start.");
        await using var registration = cancellation.Register(() => child.Kill(entireProcessTree: true));
        await child.WaitForExitAsync(cancellation);
        return child.ExitCode == 0 ? true : throw new InvalidOperationException($"The benchmark ended with {child.ExitCode}.");
    }
}
