namespace Marquee.TerminalGateway.Offline;

/// <summary>The parts that sell without the processor and see to what follows from it.</summary>
internal static class OfflineServices
{
    public static void AddOffline(this IServiceCollection services)
    {
        services.AddSingleton<CardFingerprints>();
        services.AddSingleton<OfflinePolicy>();
    }
}
