using System.Diagnostics;
using System.Globalization;
using Marquee.TerminalGateway.Tests.Watch.Traffic;

namespace Marquee.Benchmarks.Watch;

/// <summary>
/// The anomaly watch on labelled evenings. Its thresholds were set on the training seeds; the held-out ones were not looked at until they stood.
/// With <c>WATCH_TUNING</c> set it runs the training seeds alone and names every miss.
/// </summary>
internal static class WatchBench
{
    private const int SeedsRun = 600;
    private static readonly bool IsTuning = Environment.GetEnvironmentVariable("WATCH_TUNING") is not null;

    public static Task RunAsync(CancellationToken cancellation)
    {
        Tell("training", Seeds.FirstTraining, cancellation);
        if (!IsTuning) Tell("held-out", Seeds.FirstHeldOut, cancellation);
        return Task.CompletedTask;
    }

    private static void Tell(string what, int firstSeed, CancellationToken cancellation)
    {
        var score = new WatchScore();
        var started = Stopwatch.GetTimestamp();
        for (var seed = firstSeed; seed < firstSeed + SeedsRun && !cancellation.IsCancellationRequested; seed++) score.Run(seed);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what} seeds {firstSeed} to {firstSeed + SeedsRun - 1}: {score.Evenings} evenings, {score.Observations} observations in {seconds:F0} s with their making"));
        Console.WriteLine("kind                 attacks  recall  precision  false  median  p95  most (transactions to the alert)");
        foreach (var (kind, of) in score.Kinds)
        {
            var sorted = of.Transactions.Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind,-20} {of.Attacks,7} {of.Recall,7:F3} {of.Precision,10:F3} {of.FalseAlerts,6} {At(sorted, 0.5),7} {At(sorted, 0.95),4} {At(sorted, 1),5}"));
        }

        if (IsTuning) score.Misses.ForEach(Console.WriteLine);
    }

    private static int At(List<int> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)((sorted.Count - 1) * share)];
}
