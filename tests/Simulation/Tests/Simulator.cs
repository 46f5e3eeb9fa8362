using System.Diagnostics;
using Marquee.Simulation.Runs;
using Marquee.Simulation.World;

namespace Marquee.Simulation.Tests;

/// <summary>The program that <c>./marquee simulate</c> starts: worlds need a process with one pool thread, which a test's is not.</summary>
internal static class Simulator
{
    public static string Executable => Path.Combine(AppContext.BaseDirectory, "Marquee.Simulation");

    public static IReadOnlyList<SeedResult> Play(ulong from, int seeds, int processes = 1, Mutation mutation = Mutation.None) =>
        SimulationRun.Run(Executable, new SimulationOptions(from, seeds, processes, mutation, Trace: false));

    public static async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }
}
