using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Recording;

/// <summary>Where and how much is recorded.</summary>
internal sealed record RecordingSettings
{
    /// <summary><c>Recording:Enabled</c>: whether the streams of live events are recorded; true unless told.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary><c>Recording:Path</c>; <c>recordings</c> in the module's data folder unless told.</summary>
    public required string Path { get; init; }

    /// <summary><c>Recording:MaxBytes</c>: past it the oldest finished recordings are deleted.</summary>
    public long MaxBytes { get; init; } = 50L << 30;

    /// <summary><c>Recording:MaxAge</c>: older ones are deleted.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary><c>Recording:LeastFreeBytes</c>: with less left on the disk nothing is recorded. The tills live on it too.</summary>
    public long LeastFreeBytes { get; init; } = 1L << 30;

    /// <exception cref="EdgeConfigurationException">A value is malformed.</exception>
    public static RecordingSettings From(IConfiguration configuration, EdgeSettings edge)
    {
        var path = configuration["Recording:Path"] is { Length: > 0 } text ? text : System.IO.Path.Combine(edge.DataPath, "recordings");
        var defaults = new RecordingSettings { Path = path };
        return defaults with
        {
            IsEnabled = EdgeSettings.Optional(configuration, "Recording:Enabled", true),
            MaxBytes = EdgeSettings.Optional(configuration, "Recording:MaxBytes", defaults.MaxBytes),
            MaxAge = EdgeSettings.Optional(configuration, "Recording:MaxAge", defaults.MaxAge),
            LeastFreeBytes = EdgeSettings.Optional(configuration, "Recording:LeastFreeBytes", defaults.LeastFreeBytes),
        };
    }
}
