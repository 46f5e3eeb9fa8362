using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Recording;

/// <summary>The recording's part in the host.</summary>
internal static class RecordingServices
{
    /// <summary>After the media path: files are finished before it ends.</summary>
    /// <exception cref="EdgeConfigurationException">A key is malformed.</exception>
    public static IServiceCollection AddRecording(this IServiceCollection services, IConfiguration configuration, EdgeSettings edge)
    {
        services.AddSingleton(RecordingSettings.From(configuration, edge));
        services.AddSingleton<RecordingShelf>();
        services.AddSingleton<RecordingService>();
        return services.AddHostedService(s => s.GetRequiredService<RecordingService>());
    }
}
