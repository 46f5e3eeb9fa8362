using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>What signalling is made of, and the gate before it, which other endpoints of a stream use as well.</summary>
internal static class SignallingServices
{
    public static IServiceCollection AddSignalling(this IServiceCollection services, SignallingSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<StreamAccessBook>()
        .AddSingleton(s =>
        {
            var access = s.GetRequiredService<StreamAccessBook>();
            return new TokenVerifier(() => access.Rules, s.GetRequiredService<EdgeSettings>().PopId, s.GetRequiredService<TimeProvider>());
        })
        .AddSingleton<StreamGate>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<SessionDesk>(s, (Func<string>)SessionDesk.RandomId))
        .AddSingleton<SessionOperations>();
}
