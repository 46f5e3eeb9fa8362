namespace Marquee.TerminalGateway.Watch;

/// <summary>The watch in the till's container. The pump itself runs where a host starts it.</summary>
internal static class WatchServices
{
    public static void AddWatch(this IServiceCollection services)
    {
        services.AddSingleton<WatchFeed>();
        services.AddSingleton<WatchPump>();
    }
}
