using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Hardening;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>The pick queue in the till's container.</summary>
internal static class FulfilmentServices
{
    /// <summary>What takes part in the till's transactions. Without <see cref="HookSettings"/> of its host it has no hooks.</summary>
    public static IServiceCollection AddFulfilment(this IServiceCollection services)
    {
        services.TryAddSingleton(new HookSettings([]));
        return services
            .AddSingleton<PickupCode>()
            .AddSingleton<PickDesk>()
            .AddSingleton<HookQueue>()
            .AddSingleton<HookClient>()
            .AddSingleton<PickReporter>()
            .AddSingleton<HookSender>();
    }

    /// <summary>Where hooks go, which is also where the till may speak to; before <see cref="AddFulfilment"/>.</summary>
    public static IServiceCollection AddHooks(this IServiceCollection services, HookSettings settings)
    {
        foreach (var endpoint in settings.Endpoints) services.AddSingleton(new EgressDestination(endpoint.Url));
        return services.AddSingleton(settings);
    }

    /// <summary>What runs beside it: reports to the cloud, and hooks.</summary>
    public static IServiceCollection RunFulfilment(this IServiceCollection services) => services
        .AddHostedService(s => s.GetRequiredService<PickReporter>())
        .AddHostedService(s => s.GetRequiredService<HookSender>());
}
