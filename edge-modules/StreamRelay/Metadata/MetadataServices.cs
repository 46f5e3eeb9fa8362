namespace Marquee.StreamRelay.Metadata;

internal static class MetadataServices
{
    /// <summary>The timelines of the relay's streams, and their way to viewers. After <see cref="RelayMedia"/>, whose loop they are on.</summary>
    public static void AddStreamMetadata(this IServiceCollection services)
    {
        services.AddSingleton(OnLoop<StreamMetadata>);
        services.AddSingleton(OnLoop<MetadataChannels>);
        // Both set timers on the loop when they are made, which is before it starts: so both are made with the hosted services.
        services.AddHostedService(provider =>
        {
            provider.GetRequiredService<MetadataChannels>();
            return provider.GetRequiredService<StreamMetadata>();
        });
    }

    private static T OnLoop<T>(IServiceProvider services)
    {
        var media = services.GetRequiredService<RelayMedia>();
        return ActivatorUtilities.CreateInstance<T>(services, media.Loop, media.Streams.Clock);
    }
}
