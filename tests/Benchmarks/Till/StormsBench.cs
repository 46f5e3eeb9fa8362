using System.Globalization;
using Marquee.Simulation.Runs;
using Marquee.Simulation.World;

namespace Marquee.Benchmarks.Till;

/// <summary>
/// Reconciliation errors per 10,000 approved sales, ours and those of naive store-and-forward in the same storms: the same seeds of the
/// simulation, the same till, but every request to the processor under a fresh key and nothing looked up.
/// </summary>
internal static class StormsBench
{
    private const int Seeds = 400;

    public static Task RunAsync(CancellationToken cancellation)
    {
        var (ours, sales) = Play(Mutation.None);
        var (naive, naiveSales) = Play(Mutation.NaivePayments);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seeds} evenings: ours {ours} errors in {sales} sales, naive {naive} in {naiveSales}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"storms reconciliation_errors_per_10000_sales ours={ours * 10_000.0 / sales:F1} peer={naive * 10_000.0 / naiveSales:F1} ratio={(naive == 0 ? 0 : (double)ours * naiveSales / sales / naive):F3}"));
        return Task.CompletedTask;
    }

    private static (int Errors, int Sales) Play(Mutation mutation)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "Marquee.Simulation");
        var results = SimulationRun.Run(executable, new SimulationOptions(1, Seeds, Environment.ProcessorCount, mutation, Trace: false));
        if (results.FirstOrDefault(r => r.Failure is not null) is { } broken) throw new InvalidOperationException($"Seed {broken.Seed}: {broken.Failure}");
        return (results.Sum(r => r.Errors), results.Sum(r => r.Approved));
    }
}
