namespace Marquee.StreamRelay.Metadata;

internal static class MetadataServices
{
    /// <summary>The timelines of the relay's streams, and their way to viewers. After <see cref="RelayMedia"/>, whose loop they are on.</summary>
    public static void AddStreamMetadata(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var media = provider.GetRequiredService<RelayMedia>();
            return ActivatorUtilities.CreateInstance<StreamMetadata>(provider, media.Loop, media.Streams.Clock);
        });
        services.AddHostedService(provider => provider.GetRequiredService<StreamMetadata>());
        services.AddSingleton<MetadataChannels>();
    }
}
