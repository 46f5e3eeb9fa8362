using System.Globalization;
using System.Text.Json;
using Marquee.Simulation.World;

namespace Marquee.Simulation.Runs;

/// <summary>A child of the run: plays the seeds that it is told on standard input, one a line, and writes a line of JSON for each.</summary>
internal static class Worker
{
    public const string Command = "worker";

    public static async Task RunAsync(Mutation mutation)
    {
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var result = await SeedRun.PlayAsync(ulong.Parse(line, CultureInfo.InvariantCulture), mutation, tell: false).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result)).ConfigureAwait(false);
        }
    }
}
