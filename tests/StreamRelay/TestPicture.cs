namespace Marquee.StreamRelay.Tests;

/// <summary>A real ffmpeg as the source of a rig's stream: a test picture and a tone.</summary>
internal static class TestPicture
{
    public const string Stream = Signalling.RelayRig.EventId;

    private const string Url = "lavfi:testsrc2=size=320x180:rate=30[out0];sine=frequency=440:sample_rate=48000[out1]";

    public static string[] Settings { get; } =
    [
        $"--Encoder:Sources:0:Stream={Stream}", $"--Encoder:Sources:0:Url={Url}",
        "--Encoder:Sources:0:Resolution=320x180", "--Encoder:Sources:0:Bitrate=400000",
    ];
}
