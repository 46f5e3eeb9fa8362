using System.Diagnostics;
using System.Globalization;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// One stream to many viewers: our relay and Janus, each a process on the first core, under one load generator on the second. Two figures:
/// processor time per forwarded packet at a load that both carry, and the largest number of viewers at which 95 of 100 packets are there
/// within 30 ms of leaving the camera and none is lost. Beside them what encryption and segmented sends take by themselves.
/// </summary>
internal static class RelayBench
{
    private const int CommonViewers = 200;
    private const int RestartViewers = 50;
    private const int MaxViewers = 3000;
    private const double LimitMs = 30;
    private const int Attempts = 2;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        if (await Pinned.RunAgainAsync("relay", cancellation)) return;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Camera.PacketsPerSecond} packets/s of {Camera.MeanPacketBytes} bytes on average, server on core {MeasuredServer.Core}, load on core {MeasuredServer.GeneratorCore}"));
        var bare = await BareAsync(cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare loop, {CommonViewers} destinations: {bare:F2} us per packet"));
        Figures ours, peer;
        await using (var relay = await OurRelay.StartAsync(cancellation)) ours = await MeasureAsync(relay, 100, cancellation);
        var restart = await RestartAsync(cancellation);
        await using (var janus = await JanusServer.StartAsync(cancellation)) peer = await MeasureAsync(janus, 50, cancellation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"relay us_per_packet ours={ours.MicrosecondsPerPacket:F2} peer={peer.MicrosecondsPerPacket:F2} ratio={peer.MicrosecondsPerPacket / ours.MicrosecondsPerPacket:F2}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"relay viewers_at_30ms_p95 ours={ours.Viewers} peer={peer.Viewers} ratio={(double)ours.Viewers / peer.Viewers:F2}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"relay bare_us_per_packet bare={bare:F2} ours={ours.MicrosecondsPerPacket:F2} ratio={ours.MicrosecondsPerPacket / bare:F2}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"relay allocated_bytes_per_packet ours={ours.AllocatedPerPacket:F3}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"relay restart_seconds_{RestartViewers}_viewers ours={restart.TotalSeconds:F2}"));
    }

    private static async Task<Figures> MeasureAsync(IRelayTarget target, int step, CancellationToken cancellation)
    {
        using var swarm = new Swarm();
        using var camera = swarm.Camera = await target.PublishAsync(swarm, cancellation);
        var (microseconds, allocated) = (0.0, double.NaN);
        var carried = 0;
        for (var viewers = CommonViewers; viewers <= MaxViewers; viewers += step)
        {
            await swarm.GrowAsync(target, viewers, cancellation);
            var passed = false;
            if (viewers == CommonViewers) await Task.Delay(WarmUp, TimeProvider.System, cancellation);
            for (var attempt = 0; attempt < Attempts && !passed; attempt++)
            {
                await Task.Delay(Settling, TimeProvider.System, cancellation);
                var allocatedBefore = viewers == CommonViewers ? await target.AllocatedBytesAsync(cancellation) : null;
                var (before, startedAt) = (target.Server.ProcessorTime, Stopwatch.GetTimestamp());
                var result = await swarm.MeasureAsync(Measured, cancellation);
                var (used, elapsed) = (target.Server.ProcessorTime - before, Stopwatch.GetElapsedTime(startedAt));
                var cost = used.TotalMicroseconds / Math.Max(1, result.Received);
                if (viewers == CommonViewers) microseconds = cost;
                if (allocatedBefore is { } bytes) allocated = (double)((await target.AllocatedBytesAsync(cancellation))! - bytes) / Math.Max(1, result.Received);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target.Name}, {result.Viewers} viewers: p50 {result.P50:F1} ms, p95 {result.P95:F1} ms, lost {result.Lost} of {result.Received}, silent {result.Silent}, {cost:F2} us per packet, {used / elapsed:P0} of the core"));
                passed = result is { Lost: 0, Silent: 0 } && result.P95 <= LimitMs;
            }
            if (!passed) break;
            carried = viewers;
        }

        return new Figures(microseconds, carried, allocated);
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
            Environment.ProcessPath!, [BareLoop.Command, .. sinks.Ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        await server.UntilPrintedAsync(BareLoop.Ready, cancellation);
        await Task.Delay(Settling, TimeProvider.System, cancellation);
        var (before, received) = (server.ProcessorTime, sinks.Received);
        await Task.Delay(Measured, TimeProvider.System, cancellation);
        return (server.ProcessorTime - before).TotalMicroseconds / (sinks.Received - received);
    }

    private sealed record Figures(double MicrosecondsPerPacket, int Viewers, double AllocatedPerPacket);
}
