namespace Marquee.StreamRelay.Encoders;

/// <summary>The encoders' part in the host.</summary>
internal static class EncoderServices
{
    /// <summary>After the media path: the encoders end before it does.</summary>
    public static IServiceCollection AddEncoders(this IServiceCollection services)
    {
        services.AddSingleton<EncoderService>();
        return services.AddHostedService(s => s.GetRequiredService<EncoderService>());
    }
}
