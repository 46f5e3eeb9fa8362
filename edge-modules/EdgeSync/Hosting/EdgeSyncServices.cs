using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Marquee.EdgeSync.Hosting;

public static class EdgeSyncServices
{
    /// <summary>
    /// Adds what every module has: its store (opened by the caller, so that a damaged one stops the start with a clear error, and closed
    /// after everything that uses it), outbox, inbox, the services that carry them, health reports and the readiness line. The module
    /// itself adds an <see cref="ICommandHandler"/> and an <see cref="IHealthSource"/>.
    /// </summary>
    public static IServiceCollection AddEdgeSync(this IServiceCollection services, EdgeSettings settings, EdgeStore store)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => store);
        services.AddSingleton(s =>
            new Outbox(s.GetRequiredService<EdgeStore>(), settings.PopId, s.GetRequiredService<TimeProvider>(), settings.OutboxCapacity));
        services.AddSingleton<Inbox>();
        services.AddSingleton<SyncState>();
        services.AddSingleton<EdgeMetrics>();
        services.AddSingleton<EdgeBus>();
        services.AddHostedService<FactSender>();
        services.AddHostedService<CommandReceiver>();
        services.AddHostedService<HealthReporter>();
        services.AddSingleton<IHostedService, ReadinessLine>();
        return services;
    }
}
