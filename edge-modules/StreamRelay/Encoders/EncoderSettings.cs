using System.Globalization;
using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Encoders;

/// <summary>The encoders as the process is configured.</summary>
internal sealed record EncoderSettings
{
    public const int MaxSources = 16;

    /// <summary>The least length of an RTMP stream key: whoever knows it may publish.</summary>
    public const int LeastKeyLength = 16;

    /// <summary><c>Encoder:Ffmpeg</c>: the program; looked up in PATH when it is a bare name.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary><c>Encoder:SilenceLimit</c>: without packets for this long a run has stalled, and is killed.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>Encoder:StartLimit</c>: how long a source may take to connect and be looked at. A listener waits without end.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(20);

    public IReadOnlyList<EncoderSource> Sources { get; init; } = [];

    /// <summary>
    /// Keys, for each n from 0: <c>Encoder:Sources:{n}:Stream</c>, <c>Url</c> (<c>rtmp://</c> we listen, <c>srt://</c> with
    /// <c>mode=listener</c> or caller, <c>rtsp://</c>, <c>file:</c>, <c>lavfi:</c>), <c>Key</c> (RTMP stream key, SRT passphrase), <c>Bitrate</c>
    /// (bits per second), <c>Resolution</c> (<c>1280x720</c>), <c>FrameRate</c>, <c>Video</c> (<c>encode</c>, <c>copy</c>, <c>none</c>),
    /// <c>Audio</c> (<c>true</c>, <c>false</c>), <c>When</c> (<c>event</c>: while it takes publishers; <c>always</c>), <c>TakeOver</c>.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">A value is not what it should be. Urls and keys are not repeated in the message.</exception>
    public static EncoderSettings From(IConfiguration configuration)
    {
        var sources = configuration.GetSection("Encoder:Sources").GetChildren().Select(Source).ToList();
        if (sources.Count > MaxSources) throw new EdgeConfigurationException($"Encoder:Sources: at most {MaxSources} are taken");
        var defaults = new EncoderSettings();
        return new EncoderSettings
        {
            Ffmpeg = configuration["Encoder:Ffmpeg"] is { Length: > 0 } path ? path : defaults.Ffmpeg,
            SilenceLimit = EdgeSettings.Optional(configuration, "Encoder:SilenceLimit", defaults.SilenceLimit),
            StartLimit = EdgeSettings.Optional(configuration, "Encoder:StartLimit", defaults.StartLimit),
            Sources = sources,
        };
    }

    private static EncoderSource Source(IConfigurationSection section)
    {
        var url = Required(section, "Url");
        var key = section["Key"] is { Length: > 0 } text ? text : null;
        var kind = KindOf(section, url);
        if (kind == SourceKind.RtmpListener && (key is null || key.Length < LeastKeyLength || !key.All(IsKeyCharacter)))
            throw Wrong(section, "Key", $"an RTMP source needs a stream key of {LeastKeyLength} or more letters, digits, '-' and '_'");
        if (kind == SourceKind.SrtListener && key is not { Length: >= 10 and <= 79 })
            throw Wrong(section, "Key", "an SRT listener needs a passphrase of 10 to 79 characters");
        var (width, height) = Resolution(section);
        var source = new EncoderSource
        {
            Stream = Required(section, "Stream"),
            Kind = kind,
            Url = url,
            Key = key,
            Video = Choice(section, "Video", VideoHandling.Encode),
            HasAudio = Choice(section, "Audio", Switch.True) == Switch.True,
            VideoBitsPerSecond = Number(section, "Bitrate", 2_500_000, 100_000, 40_000_000),
            Width = width,
            Height = height,
            FrameRate = Number(section, "FrameRate", 30, 5, 60),
            RunsAlways = Choice(section, "When", Occasion.Event) == Occasion.Always,
            MayTakeOver = Choice(section, "TakeOver", Switch.False) == Switch.True,
        };
        return source.Video == VideoHandling.None && !source.HasAudio
            ? throw Wrong(section, "Video", "a source has a picture, a sound, or both")
            : source;
    }

    private static SourceKind KindOf(IConfigurationSection section, string url)
    {
        var scheme = url.Split(':', 2)[0].ToLowerInvariant();
        return scheme switch
        {
            "rtmp" => SourceKind.RtmpListener,
            "srt" => url.Contains("mode=listener", StringComparison.OrdinalIgnoreCase) ? SourceKind.SrtListener : SourceKind.SrtCaller,
            "rtsp" or "rtsps" => SourceKind.Rtsp,
            "file" => SourceKind.File,
            "lavfi" => SourceKind.Generated,
            _ => throw Wrong(section, "Url", "it starts with rtmp:, srt:, rtsp:, file: or lavfi:"),
        };
    }

    private static (int Width, int Height) Resolution(IConfigurationSection section)
    {
        var parts = (section["Resolution"] ?? "1280x720").Split('x');
        return parts.Length == 2 && TryNumber(parts[0], 16, 3840, out var width) && TryNumber(parts[1], 16, 2160, out var height)
            && width % 2 == 0 && height % 2 == 0
            ? (width, height)
            : throw Wrong(section, "Resolution", "such as 1280x720, even numbers, at most 3840x2160");
    }

    private static string Required(IConfigurationSection section, string key) =>
        section[key] is { Length: > 0 } value ? value : throw Wrong(section, key, "it is not set");

    private static int Number(IConfigurationSection section, string key, int fallback, int least, int most) =>
        section[key] is not { Length: > 0 } text ? fallback
        : TryNumber(text, least, most, out var number) ? number
        : throw Wrong(section, key, $"a number from {least} to {most}");

    private static T Choice<T>(IConfigurationSection section, string key, T fallback)
        where T : struct, Enum =>
        section[key] is not { Length: > 0 } text ? fallback
        : Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.IsDefined(choice) && !char.IsAsciiDigit(text[0]) ? choice
        : throw Wrong(section, key, "one of " + string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant());

    private static bool TryNumber(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    private static bool IsKeyCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    private static EdgeConfigurationException Wrong(IConfigurationSection section, string key, string why) => new($"{section.Path}:{key}: {why}");

    private enum Occasion
    {
        Event,
        Always,
    }

    private enum Switch
    {
        False,
        True,
    }
}
