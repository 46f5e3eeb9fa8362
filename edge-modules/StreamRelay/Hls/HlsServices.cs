namespace Marquee.StreamRelay.Hls;

/// <summary>HLS' part in the host.</summary>
internal static class HlsServices
{
    /// <summary>After the media path, which it ends before.</summary>
    public static IServiceCollection AddHls(this IServiceCollection services)
    {
        services.AddSingleton<HlsService>();
        return services.AddHostedService(s => s.GetRequiredService<HlsService>());
    }
}
