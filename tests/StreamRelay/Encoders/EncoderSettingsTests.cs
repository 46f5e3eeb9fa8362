using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Encoders;
using Microsoft.Extensions.Configuration;

namespace Marquee.StreamRelay.Tests.Encoders;

public sealed class EncoderSettingsTests
{
    private const string StreamKey = "k3y-that-nobody-guesses";

    [Fact]
    public void A_source_is_what_its_keys_say()
    {
        var settings = Read(
            ("Encoder:Ffmpeg", "/opt/ffmpeg"), ("Stream", "watch-night.main"), ("Url", "rtmp://0.0.0.0:1935/live"), ("Key", StreamKey),
            ("Bitrate", "4000000"), ("Resolution", "1920x1080"), ("FrameRate", "50"), ("Video", "copy"), ("Audio", "false"), ("When", "always"), ("TakeOver", "true"));
        Assert.Equal("/opt/ffmpeg", settings.Ffmpeg);
        Assert.Equal(
            new EncoderSource
            {
                Stream = "watch-night.main", Kind = SourceKind.RtmpListener, Url = "rtmp://0.0.0.0:1935/live", Key = StreamKey,
                VideoBitsPerSecond = 4_000_000, Width = 1920, Height = 1080, FrameRate = 50, Video = VideoHandling.Copy, HasAudio = false, RunsAlways = true, MayTakeOver = true,
            },
            settings.Sources.Single());
        Assert.Equal("watch-night", settings.Sources[0].EventId);
    }

    [Theory]
    [InlineData("srt://0.0.0.0:9000?mode=listener", nameof(SourceKind.SrtListener))]
    [InlineData("srt://10.0.0.5:9000", nameof(SourceKind.SrtCaller))]
    [InlineData("rtsp://10.0.0.5/stream1", nameof(SourceKind.Rtsp))]
    [InlineData("file:/var/film.mp4", nameof(SourceKind.File))]
    [InlineData("lavfi:testsrc2", nameof(SourceKind.Generated))]
    public void The_scheme_tells_how_a_source_is_reached(string url, string kind) =>
        Assert.Equal(kind, Read(("Stream", "show"), ("Url", url), ("Key", StreamKey)).Sources.Single().Kind.ToString());

    [Theory]
    [InlineData("Url", "ftp://camera", "Encoder:Sources:0:Url: it starts with rtmp:, srt:, rtsp:, file: or lavfi:")]
    [InlineData("Url", "", "Encoder:Sources:0:Url: it is not set")]
    [InlineData("Stream", "", "Encoder:Sources:0:Stream: it is not set")]
    [InlineData("Resolution", "wide", "Encoder:Sources:0:Resolution: such as 1280x720, even numbers, at most 3840x2160")]
    [InlineData("FrameRate", "500", "Encoder:Sources:0:FrameRate: a number from 5 to 60")]
    [InlineData("Video", "1", "Encoder:Sources:0:Video: one of encode, copy, none")]
    [InlineData("When", "sometimes", "Encoder:Sources:0:When: one of event, always")]
    public void A_wrong_value_is_told_by_its_key(string key, string value, string message)
    {
        (string, string)[] good = [("Stream", "show"), ("Url", "lavfi:testsrc2")];
        Assert.Equal(message, Assert.Throws<EdgeConfigurationException>(() => Read([.. good.Where(g => g.Item1 != key), (key, value)])).Message);
    }

    [Theory]
    [InlineData("rtmp://0.0.0.0:1935/live", "short")]
    [InlineData("rtmp://0.0.0.0:1935/live", "with/a/slash/which-is-a-path")]
    [InlineData("rtmp://0.0.0.0:1935/live", "")]
    [InlineData("srt://0.0.0.0:9000?mode=listener", "short")]
    public void A_listener_has_an_unguessable_key_and_the_error_does_not_repeat_it(string url, string key)
    {
        var error = Assert.Throws<EdgeConfigurationException>(() => Read(("Stream", "show"), ("Url", url), ("Key", key))).Message;
        Assert.StartsWith("Encoder:Sources:0:Key: ", error, StringComparison.Ordinal);
        if (key.Length > 0) Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_are_bounded() => Assert.Throws<EdgeConfigurationException>(() => EncoderSettings.From(new ConfigurationBuilder()
        .AddInMemoryCollection(Enumerable.Range(0, EncoderSettings.MaxSources + 1).SelectMany(n => new Dictionary<string, string?>
        {
            [$"Encoder:Sources:{n}:Stream"] = "show",
            [$"Encoder:Sources:{n}:Url"] = "lavfi:testsrc2",
        })).Build()));

    private static EncoderSettings Read(params (string Key, string Value)[] keys) => EncoderSettings.From(new ConfigurationBuilder()
        .AddInMemoryCollection(keys.ToDictionary(
            k => k.Key.Contains(':', StringComparison.Ordinal) ? k.Key : "Encoder:Sources:0:" + k.Key, k => (string?)k.Value))
        .Build());
}
