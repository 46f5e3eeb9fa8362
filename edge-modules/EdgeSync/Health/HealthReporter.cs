using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Microsoft.Extensions.Hosting;

namespace Marquee.EdgeSync.Health;

/// <summary>How a module is: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>; with a short stable reason when not healthy.</summary>
public sealed record NodeCondition(string Status, string? Reason)
{
    public static NodeCondition Healthy { get; } = new("healthy", null);

    public static NodeCondition Degraded(string reason) => new("degraded", reason);

    public static NodeCondition Unhealthy(string reason) => new("unhealthy", reason);
}

/// <summary>Says how the module is now; cheap enough to be asked every second.</summary>
public interface IHealthSource
{
    /// <summary>The stream of facts that carries the module's health: <c>till</c>, <c>relay</c>.</summary>
    string Stream { get; }

    NodeCondition Current { get; }
}

/// <summary>
/// Reports <see cref="NodeHealth"/> at start and when the condition changes, through the outbox. There is no heartbeat in the outbox: a
/// stopped line would fill it with beats that nobody needs by the time they arrive, and that the module is alive is what its arriving facts
/// and the runtime say. Reports leave the outbox alone when it is half full, and come at most once in <see cref="LeastInterval"/>.
/// </summary>
public sealed class HealthReporter(IHealthSource source, Outbox outbox, EdgeStore store, EdgeSettings settings, TimeProvider time) : BackgroundService
{
    public static TimeSpan LeastInterval { get; } = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        NodeCondition? reported = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var current = source.Current;
            var report = current != reported && await TryReportAsync(current).ConfigureAwait(false);
            if (report) reported = current;
            await Task.Delay(report ? LeastInterval : Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryReportAsync(NodeCondition condition)
    {
        try
        {
            return await store.WriteAsync(tx =>
            {
                if (outbox.Room(tx) < outbox.Capacity / 2) return false;
                outbox.Append(tx, source.Stream, new NodeHealth(settings.Module, settings.Version, condition.Status, condition.Reason));
                return true;
            }).ConfigureAwait(false);
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // A full disk is no reason to stop reporting once there is room again.
            return false;
        }
    }
}
