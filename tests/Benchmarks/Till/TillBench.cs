using System.Globalization;

namespace Marquee.Benchmarks.Till;

/// <summary>
/// The till on this disk: durable offline approvals beside bare SQLite that commits the same rows in groups as large, and what the till adds
/// to an online payment. Ours and the peer take turns; each figure is the median of its rounds.
/// </summary>
internal static class TillBench
{
    private const int Rounds = 3;

    /// <summary>What the till may add to the slowest hundredth of online payments.</summary>
    private const double MaxOverheadMilliseconds = 3;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        var results = new List<string>();
        foreach (var terminals in (int[])[1, 64])
        {
            var (ours, peer) = (new List<Pace>(), new List<Pace>());
            for (var round = 1; round <= Rounds; round++)
            {
                using var folder = new BenchFolder();
                var (pace, rows) = await Approvals.MeasureAsync(folder.Path, terminals, Measured, cancellation);
                ours.Add(pace);
                peer.Add(await BareCommits.MeasureAsync(folder.Path, terminals, rows, cancellation));
                Console.WriteLine(
                    $"{terminals} terminals, round {round}: till {ours[^1]}, bare SQLite {peer[^1]} ({string.Join(", ", rows.Select(r => $"{r.PerApproval} {r.Table}"))})");
            }

            results.Add(Line($"offline_approvals_per_second_{terminals}_terminals", Median(ours, p => p.PerSecond), Median(peer, p => p.PerSecond)));
            results.Add(Line($"offline_approval_p99_ms_{terminals}_terminals", Median(ours, p => p.P99Milliseconds), Median(peer, p => p.P99Milliseconds)));
        }

        var online = new List<(double Ours, double Direct, double Overhead)>();
        for (var round = 1; round <= Rounds; round++)
        {
            using var folder = new BenchFolder();
            online.Add(await OnlinePath.P99Async(folder.Path, cancellation));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"online, round {round}: p99 {online[^1].Ours:F2} ms through the till, {online[^1].Direct:F2} ms direct"));
        }

        results.Add(Line("online_p99_ms", Median(online, o => o.Ours), Median(online, o => o.Direct)));
        results.Add(Line("online_overhead_p99_ms_to_limit", Median(online, o => o.Overhead), MaxOverheadMilliseconds));
        results.ForEach(Console.WriteLine);
    }

    private static string Line(string metric, double ours, double peer) =>
        string.Create(CultureInfo.InvariantCulture, $"till {metric} ours={ours:F2} peer={peer:F2} ratio={ours / peer:F2}");

    private static double Median<T>(List<T> values, Func<T, double> of) => values.Select(of).Order().ElementAt(values.Count / 2);
}
