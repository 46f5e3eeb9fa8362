using System.Globalization;

namespace Marquee.Benchmarks.Durable;

/// <summary>The peer's harness: peer/bench.mjs, in a process of its own.</summary>
internal static class DbosPeer
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Benchmarks", "Durable", "peer");

    /// <summary>Installs what peer/package-lock.json names, unless it is there.</summary>
    public static async Task InstallAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "@dbos-inc")))
        {
            await Tool.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Folder, cancellation);
        }
    }

    /// <returns>Workflows per second.</returns>
    public static async Task<double> MeasureAsync(string databaseUrl, int inFlight, TimeSpan duration, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--no-deprecation",
            "bench.mjs",
            databaseUrl,
            inFlight.ToString(CultureInfo.InvariantCulture),
            duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var output = await Tool.RunAsync("node", arguments, Folder, cancellation);
        return double.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture);
    }
}
