using System.Globalization;
using Marquee.Local.Durable.Engine;

namespace Marquee.Benchmarks.Durable;

/// <summary>
/// Orchestrations of five activities, one after the other, from start to output, so many in flight: our engine on SQLite, and DBOS
/// workflows of five steps on PostgreSQL. Both run on this machine with their default durability, each commit synced to disk. The two
/// take turns, so that whatever else the machine does meets both; the figure of each is the median of its runs.
/// </summary>
internal static class DurableBench
{
    private const int Rounds = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        await DbosPeer.InstallAsync(cancellation);
        await using var postgres = await PostgresServer.StartAsync(cancellation);
        var results = new List<string>();
        foreach (var inFlight in (int[])[1, 64])
        {
            var (ours, peer) = (new List<double>(), new List<double>());
            for (var round = 1; round <= Rounds; round++)
            {
                ours.Add(await MeasureOursAsync(inFlight, cancellation));
                peer.Add(await DbosPeer.MeasureAsync(postgres.DatabaseUrl, inFlight, Measured, cancellation));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{inFlight} in flight, round {round}: ours {ours[^1]:F1}/s, DBOS {peer[^1]:F1}/s"));
            }

            results.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"durable orchestrations_per_second_{inFlight}_in_flight ours={Median(ours):F1} peer={Median(peer):F1} ratio={Median(ours) / Median(peer):F2}"));
        }

        results.ForEach(Console.WriteLine);
    }

    private static async Task<double> MeasureOursAsync(int inFlight, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-durable-").FullName;
        try
        {
            await using var engine = new DurableEngine(new DurableEngineOptions { DatabasePath = Path.Combine(folder, "bench.db") });
            engine.RegisterActivity<int, int>("Increment", number => number + 1);
            engine.RegisterOrchestrator<int, int>("Five", async (context, number) =>
            {
                for (var step = 0; step < 5; step++)
                {
                    number = await context.CallActivityAsync<int>("Increment", number);
                }

                return number;
            });
            await engine.StartAsync(cancellation);
            await RunForAsync(engine, inFlight, WarmUp, cancellation);
            var startedAt = TimeProvider.System.GetTimestamp();
            var done = await RunForAsync(engine, inFlight, Measured, cancellation);
            return done / TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunForAsync(DurableEngine engine, int inFlight, TimeSpan duration, CancellationToken cancellation)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            while (TimeProvider.System.GetElapsedTime(startedAt) < duration)
            {
                var input = Volatile.Read(ref done);
                var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Five", input, cancellation);
                var ended = await engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
                if (ended.ReadOutputAs<int>() != input + 5)
                {
                    throw new InvalidOperationException($"Wrong output: {ended}");
                }

                Interlocked.Increment(ref done);
            }
        }));
        return done;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
