using System.Globalization;

namespace Marquee.Benchmarks.Bus;

/// <summary>
/// Trips of a message of 256 bytes: sent and confirmed, received, completed; so many in flight, over one connection. Ours is the client
/// and the broker as a process of its own, on SQLite synced at each commit; the completion is confirmed too. The peer is RabbitMQ with a
/// quorum queue, which syncs its log before it confirms; its acknowledgements have no confirmation. The two take turns on this machine, so
/// that whatever else it does meets both; the figure of each is the median of its rounds.
/// </summary>
internal static class BusBench
{
    internal const int BodyBytes = 256;

    private const int Rounds = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    internal static async Task RunAsync(CancellationToken cancellation)
    {
        await using var ours = await OurBus.StartAsync(cancellation);
        await using var peer = await RabbitBus.StartAsync(cancellation);
        var results = new List<string>();
        foreach (var inFlight in (int[])[1, 16])
        {
            var figures = new Dictionary<IBus, List<double>> { [ours] = [], [peer] = [] };
            for (var round = 1; round <= Rounds; round++)
            {
                foreach (var (bus, figure) in figures)
                    figure.Add(await MeasureAsync(bus, inFlight, cancellation));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{inFlight} in flight, round {round}: ours {figures[ours][^1]:F0}/s, RabbitMQ {figures[peer][^1]:F0}/s"));
            }

            var (our, their) = (Median(figures[ours]), Median(figures[peer]));
            results.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"bus messages_per_second_{inFlight}_in_flight ours={our:F1} peer={their:F1} ratio={our / their:F2}"));
        }

        results.ForEach(Console.WriteLine);
    }

    private static async Task<double> MeasureAsync(IBus bus, int inFlight, CancellationToken cancellation)
    {
        await using var work = await bus.OpenAsync(inFlight, cancellation);
        await RunForAsync(work, inFlight, WarmUp, cancellation);
        var startedAt = TimeProvider.System.GetTimestamp();
        var done = await RunForAsync(work, inFlight, Measured, cancellation);
        return done / TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
    }

    private static async Task<int> RunForAsync(IBusWork work, int inFlight, TimeSpan duration, CancellationToken cancellation)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(worker => Task.Run(
            async () =>
            {
                while (TimeProvider.System.GetElapsedTime(startedAt) < duration)
                {
                    await work.TripAsync(worker, cancellation);
                    Interlocked.Increment(ref done);
                }
            },
            cancellation)));
        return done;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
