using System.Globalization;
using Marquee.Simulation.Runs;
using Marquee.Simulation.World;

namespace Marquee.Benchmarks.Till;

/// <summary>
/// Reconciliation errors per 10,000 approved sales, ours and those of naive store-and-forward in the same storms: the same seeds of the
/// simulation and the same till, but every request to the processor, a repeated one too, under a fresh key and nothing looked up. The journal
/// and its crash safety are the peer's as well, so that it is only the forwarding that is compared. Rounds of seeds, both sides of each,
/// until all are played or the time is up: a slow machine plays fewer, never others for one side than for the other.
/// </summary>
internal static class StormsBench
{
    private const int Seeds = 400;
    private const int SeedsPerRound = 20;

    /// <summary>No round begins after this; one takes well under a minute where two processors are free.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    public static Task RunAsync(CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var startedAt = time.GetTimestamp();
        var (ours, naive) = (new Tally(0, 0), new Tally(0, 0));
        var played = 0;
        while (played < Seeds && (played == 0 || time.GetElapsedTime(startedAt) < Longest))
        {
            cancellation.ThrowIfCancellationRequested();
            ours += Play(played + 1, Mutation.None);
            naive += Play(played + 1, Mutation.NaivePayments);
            played += SeedsPerRound;
            Console.WriteLine($"{played} evenings: ours {ours.Errors} errors in {ours.Sales} sales, naive {naive.Errors} in {naive.Sales}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"storms reconciliation_errors_per_10000_sales ours={ours.PerTenThousand:F1} peer={naive.PerTenThousand:F1} ratio={(naive.Errors == 0 ? 0 : ours.PerTenThousand / naive.PerTenThousand):F3} evenings={played}"));
        return Task.CompletedTask;
    }

    private static Tally Play(int from, Mutation mutation)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "Marquee.Simulation");
        var results = SimulationRun.Run(executable, new SimulationOptions((ulong)from, SeedsPerRound, Environment.ProcessorCount, mutation, Trace: false));
        if (results.FirstOrDefault(r => r.Failure is not null) is { } broken) throw new InvalidOperationException($"Seed {broken.Seed}: {broken.Failure}");
        return new(results.Sum(r => r.Errors), results.Sum(r => r.Approved));
    }

    private sealed record Tally(int Errors, int Sales)
    {
        public double PerTenThousand => Sales == 0 ? 0 : Errors * 10_000.0 / Sales;

        public static Tally operator +(Tally a, Tally b) => new(a.Errors + b.Errors, a.Sales + b.Sales);
    }
}
