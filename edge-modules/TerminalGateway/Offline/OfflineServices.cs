using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marquee.TerminalGateway.Offline;

/// <summary>The parts that sell without the processor and see to what follows from it.</summary>
internal static class OfflineServices
{
    public static void AddOffline(this IServiceCollection services)
    {
        services.AddSingleton<CardFingerprints>();
        services.AddSingleton<OfflinePolicy>();
        services.TryAddSingleton(s => SessionClock.Start(s.GetRequiredService<TimeProvider>(), s.GetRequiredService<EdgeStore>()));
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<ITillCommand, BlockListHandler>();
    }
}
