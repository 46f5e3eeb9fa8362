using System.Diagnostics;
using System.Globalization;

namespace Marquee.Benchmarks.Trunk;

/// <summary>
/// A stream between two PoPs over a link of 25 ms with 2 % loss and one of 45 ms with 1 %, the fast one cut for the middle third of the run:
/// ours, and librist in duplicate mode with the smallest buffer with which it loses nothing, found by halving. The proxy, its seed and the
/// load are the same for both.
/// </summary>
internal static class TrunkBench
{
    private const int LeastBufferMs = 60;
    private const int MostBufferMs = 960;
    private const int BufferStepMs = 30;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CutAt = Duration / 3;
    private static readonly TimeSpan RestoredAt = Duration * 2 / 3;
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        var ours = await MeasureOursAsync(cancellation);
        Tell("ours, every packet on both links", ours);
        var (peer, bufferMs) = await MeasurePeerAsync(cancellation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"trunk p95_ms_both_links_live ours={ours.P95Both:F1} peer={peer.P95Both:F1} ratio={peer.P95Both / ours.P95Both:F2}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"trunk p95_ms_fast_link_cut ours={ours.P95Cut:F1} peer={peer.P95Cut:F1} ratio={peer.P95Cut / ours.P95Cut:F2}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trunk peer_buffer_ms peer={bufferMs}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trunk lost ours={ours.Lost} peer={peer.Lost}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"trunk p95_ms ours={ours.P95:F1} peer={peer.P95:F1} ratio={peer.P95 / ours.P95:F2}"));
    }

    private static async Task<Result> MeasureOursAsync(CancellationToken cancellation)
    {
        var arrivals = new Arrivals();
        await using var trunk = await OurTrunk.StartAsync(arrivals, cancellation);
        // The first packets open the far publisher, and code is compiled.
        Load.Run(TimeSpan.FromSeconds(2), trunk.Send, cancellation);
        await Task.Delay(Drain, TimeProvider.System, cancellation);
        arrivals.Clear();
        return await MeasureAsync(trunk.Send, trunk.Links, arrivals, cancellation);
    }

    private static async Task<(Result Result, int BufferMs)> MeasurePeerAsync(CancellationToken cancellation)
    {
        var (least, most) = (LeastBufferMs / BufferStepMs, MostBufferMs / BufferStepMs);
        (Result, int)? found = null;
        while (least < most)
        {
            var middle = (least + most) / 2;
            var arrivals = new Arrivals();
            await using var rist = await RistTrunk.StartAsync(middle * BufferStepMs, arrivals, cancellation);
            var result = await MeasureAsync(rist.Send, rist.Links, arrivals, cancellation);
            Tell($"librist, buffer {middle * BufferStepMs} ms", result);
            if (result.Lost == 0) (most, found) = (middle, (result, middle * BufferStepMs));
            else least = middle + 1;
        }
        return found ?? throw new InvalidOperationException($"librist loses packets even with a buffer of {MostBufferMs} ms: the machine is too busy.");
    }

    private static async Task<Result> MeasureAsync(Action<byte[]> send, BadLinks links, Arrivals arrivals, CancellationToken cancellation)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var sending = Task.Factory.StartNew(() => Load.Run(Duration, send, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Delay(CutAt, TimeProvider.System, cancellation);
        links.Fast.Cut();
        await Task.Delay(RestoredAt - CutAt, TimeProvider.System, cancellation);
        links.Fast.Cut(isCut: false);
        var sent = await sending;
        await Task.Delay(Drain, TimeProvider.System, cancellation);
        return arrivals.Evaluate(sent, startedAt, CutAt, RestoredAt);
    }

    private static void Tell(string what, Result result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: lost {result.Lost}, p95 {result.P95:F1} ms, with both links {result.P95Both:F1} ms, with the fast one cut {result.P95Cut:F1} ms"));
}
