using System.Diagnostics;
using static System.FormattableString;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// One stream to many viewers: our relay and Janus, each a process on the first core, under one load generator on the second. Two figures:
/// processor time per forwarded packet at a load that both carry, the median of its rounds, and the largest number of viewers at which 95 of
/// 100 packets are there within 30 ms of leaving the camera and none is lost. Beside them what encryption and segmented sends take by
/// themselves, what is allocated, and how long a show is away when the relay is killed.
/// </summary>
internal static class RelayBench
{
    private const int CommonViewers = 200;
    private const int Rounds = 3;
    private const int RestartViewers = 50;
    private const int MaxViewers = 3000;
    private const int OurStep = 100;
    private const int TheirStep = 50;
    private const double LimitMs = 30;
    private const int Attempts = 2;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        if (await Pinned.RunAgainAsync("relay", cancellation)) return;
        Print($"{Camera.PacketsPerSecond} packets/s of {Camera.MeanPacketBytes} bytes on average");
        Print($"server on core {MeasuredServer.Core}, load on core {MeasuredServer.GeneratorCore}");
        Figures ours, peer;
        var bare = await BareAsync(cancellation);
        await using (var relay = await OurRelay.StartAsync(cancellation)) ours = await MeasureAsync(relay, OurStep, cancellation);
        bare = Math.Min(bare, await BareAsync(cancellation));
        await using (var janus = await JanusServer.StartAsync(cancellation)) peer = await MeasureAsync(janus, TheirStep, cancellation);
        var restart = await RestartAsync(cancellation);
        Print($"relay us_per_packet ours={ours.Microseconds:F2} peer={peer.Microseconds:F2} ratio={peer.Microseconds / ours.Microseconds:F2}");
        Print($"relay viewers_at_30ms_p95 ours={ours.Viewers} peer={peer.Viewers} ratio={(double)ours.Viewers / peer.Viewers:F2}");
        Print($"relay bare_us_per_packet bare={bare:F2} ours={ours.Microseconds:F2} ratio={ours.Microseconds / bare:F2}");
        Print($"relay allocated_bytes_per_packet ours={ours.AllocatedBytes:F3}");
        Print($"relay restart_seconds_{RestartViewers}_viewers ours={restart.TotalSeconds:F2}");
    }

    private static async Task<Figures> MeasureAsync(IRelayTarget target, int step, CancellationToken cancellation)
    {
        using var swarm = new Swarm();
        using var camera = swarm.Camera = await target.PublishAsync(swarm, cancellation);
        await swarm.GrowAsync(target, CommonViewers, cancellation);
        await Task.Delay(WarmUp, TimeProvider.System, cancellation);
        var allocated = await target.AllocatedBytesAsync(cancellation);
        var rounds = new List<Round>();
        for (var i = 0; i < Rounds; i++) rounds.Add(await RoundAsync(target, swarm, cancellation));
        allocated = await target.AllocatedBytesAsync(cancellation) - allocated;
        var carried = rounds.Exists(r => r.IsCarried) ? CommonViewers : 0;
        for (var viewers = CommonViewers + step; carried > 0 && viewers <= MaxViewers; viewers += step)
        {
            await swarm.GrowAsync(target, viewers, cancellation);
            var isCarried = false;
            for (var i = 0; i < Attempts && !isCarried; i++) isCarried = (await RoundAsync(target, swarm, cancellation)).IsCarried;
            if (!isCarried) break;
            carried = viewers;
        }

        return new Figures(
            rounds.Select(r => r.Microseconds).Order().ElementAt(Rounds / 2),
            carried,
            (double)(allocated ?? 0) / rounds.Sum(r => r.Packets));
    }

    private static async Task<Round> RoundAsync(IRelayTarget target, Swarm swarm, CancellationToken cancellation)
    {
        await Task.Delay(Settling, TimeProvider.System, cancellation);
        var (before, startedAt) = (target.Server.ProcessorTime, Stopwatch.GetTimestamp());
        var result = await swarm.MeasureAsync(Measured, cancellation);
        var (used, elapsed) = (target.Server.ProcessorTime - before, Stopwatch.GetElapsedTime(startedAt));
        var microseconds = used.TotalMicroseconds / Math.Max(1, result.Received);
        Print($"{target.Name}, {result.Viewers} viewers: p50 {result.P50:F1} ms, p95 {result.P95:F1} ms, {microseconds:F2} us per packet");
        Print($"  lost {result.Lost} of {result.Received}, silent viewers {result.Silent}, {100 * (used / elapsed):F0} % of the core");
        return new Round(microseconds, result.Received, result is { Lost: 0, Silent: 0 } && result.P95 <= LimitMs);
    }

    /// <summary>From the kill of the process until all of its viewers, who try again all the time, see the show.</summary>
    private static async Task<TimeSpan> RestartAsync(CancellationToken cancellation)
    {
        await using var relay = await OurRelay.StartAsync(cancellation);
        using (var before = new Swarm())
        {
            using var camera = before.Camera = await relay.PublishAsync(before, cancellation);
            await before.GrowAsync(relay, RestartViewers, cancellation);
        }
        using var swarm = new Swarm();
        var killedAt = Stopwatch.GetTimestamp();
        relay.KillAndRun();
        using var again = swarm.Camera = await relay.PublishAsync(swarm, cancellation);
        await swarm.GrowAsync(relay, RestartViewers, cancellation);
        return Stopwatch.GetElapsedTime(killedAt);
    }

    /// <summary>The bare loop's processor time per packet.</summary>
    private static async Task<double> BareAsync(CancellationToken cancellation)
    {
        using var sinks = new BareSinks(CommonViewers);
        using var server = MeasuredServer.Start(
            Environment.ProcessPath!, [BareLoop.Command, .. sinks.Ports.Select(port => Invariant($"{port}"))]);
        await server.UntilPrintedAsync(BareLoop.Ready, cancellation);
        await Task.Delay(Settling, TimeProvider.System, cancellation);
        var (before, received) = (server.ProcessorTime, sinks.Received);
        await Task.Delay(Measured, TimeProvider.System, cancellation);
        var microseconds = (server.ProcessorTime - before).TotalMicroseconds / (sinks.Received - received);
        Print($"bare loop, {CommonViewers} destinations: {microseconds:F2} us per packet");
        return microseconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(Invariant(text));

    private sealed record Round(double Microseconds, long Packets, bool IsCarried);

    private sealed record Figures(double Microseconds, int Viewers, double AllocatedBytes);
}
