using Marquee.TerminalGateway.Identity.Mdoc;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marquee.TerminalGateway.Identity;

/// <summary>Identity in the till's container.</summary>
internal static class IdentityServices
{
    public static void AddIdentity(this IServiceCollection services)
    {
        services.TryAddSingleton(IdentitySettings.Nobody);
        services.AddSingleton(s => s.GetRequiredService<IdentitySettings>().Roots);
        services.AddSingleton<OpenSessions>();
        services.AddSingleton<MdocVerifier>();
        services.AddSingleton<OnlineIdentity>();
        services.AddSingleton<IdentityDesk>();
        services.AddSingleton<OverrideDesk>();
    }
}
