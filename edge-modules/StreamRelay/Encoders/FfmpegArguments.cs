using System.Globalization;

namespace Marquee.StreamRelay.Encoders;

/// <summary>One run of ffmpeg: the numbers that tell its packets from those of the run before.</summary>
/// <param name="Port">Where its RTP and RTCP go, on loopback.</param>
/// <param name="StartedAt">Stands for time 0 of both its tracks, so that their sender reports agree.</param>
internal readonly record struct EncoderRun(int Port, uint VideoSsrc, uint AudioSsrc, DateTimeOffset StartedAt);

/// <summary>The command line that makes ffmpeg turn a source into RTP.</summary>
internal static class FfmpegArguments
{
    /// <summary>Bytes of an RTP packet. The relay adds its own extensions and the SRTP tag, and the whole has to fit 1280.</summary>
    private const int PacketBytes = 1200;

    private const int AudioBitsPerSecond = 96_000;

    /// <summary>
    /// How much ffmpeg looks at before it starts: enough for a picture and a sound that come alternately. It is latency only once; live
    /// sources deliver what was looked at all the same.
    /// </summary>
    private static readonly string[] Probe = ["-probesize", "1000000", "-analyzeduration", "1000000", "-flags", "low_delay"];

    public static IReadOnlyList<string> For(EncoderSource source, EncoderRun run)
    {
        List<string> arguments = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info", .. Probe, .. Input(source)];
        if (source.Video != VideoHandling.None) arguments.AddRange([.. Video(source), .. Output(run, 96, run.VideoSsrc)]);
        if (source.HasAudio) arguments.AddRange([.. Audio, .. Output(run, 111, run.AudioSsrc)]);
        return arguments;
    }

    private static string[] Input(EncoderSource source) => source.Kind switch
    {
        SourceKind.RtmpListener => ["-listen", "1", "-i", $"{source.Url.TrimEnd('/')}/{source.Key}"],
        SourceKind.SrtListener or SourceKind.SrtCaller => ["-i", source.Key is null ? source.Url : WithPassphrase(source.Url, source.Key)],
        SourceKind.Rtsp => ["-rtsp_transport", "tcp", "-i", source.Url],
        SourceKind.File => ["-stream_loop", "-1", "-re", "-i", source.Url],
        _ => ["-re", "-f", "lavfi", "-i", source.Url["lavfi:".Length..]],
    };

    private static string[] Video(EncoderSource source) => source.Video == VideoHandling.Copy
        // Parameter sets come before each key frame, as viewers who join need them.
        ? ["-map", "0:v:0", "-c:v", "copy", "-bsf:v", "h264_mp4toannexb"]
        :
        [
            "-map", "0:v:0", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline",
            "-vf", Number($"scale={source.Width}:{source.Height}:force_original_aspect_ratio=decrease,")
                + Number($"pad={source.Width}:{source.Height}:-1:-1,setsar=1,fps={source.FrameRate},format=yuv420p"),
            // A key frame request cannot reach x264 in there: one comes each second, and the relay's replay serves who joins in between.
            "-g", Number($"{source.FrameRate}"), "-keyint_min", Number($"{source.FrameRate}"), "-sc_threshold", "0", "-bf", "0",
            // One frame's worth of slack times eight: a key frame may be larger than the rest, and the rate stays near what was asked.
            "-b:v", Number($"{source.VideoBitsPerSecond}"), "-maxrate", Number($"{source.VideoBitsPerSecond}"),
            "-bufsize", Number($"{source.VideoBitsPerSecond / source.FrameRate * 8}"),
        ];

    private static string[] Audio { get; } =
    [
        "-map", "0:a:0", "-c:a", "libopus", "-application", "lowdelay", "-frame_duration", "20", "-ac", "2", "-ar", "48000",
        "-b:a", Number($"{AudioBitsPerSecond}"), "-af", "aresample=async=1",
    ];

    private static string[] Output(EncoderRun run, int payloadType, uint ssrc) =>
    [
        "-start_time_realtime", Number($"{run.StartedAt.ToUnixTimeMilliseconds() * 1000}"),
        "-flush_packets", "1", "-f", "rtp", "-payload_type", Number($"{payloadType}"), "-ssrc", Number($"{(int)ssrc}"),
        Number($"rtp://127.0.0.1:{run.Port}?rtcpport={run.Port}&pkt_size={PacketBytes}"),
    ];

    private static string WithPassphrase(string url, string key) =>
        url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "passphrase=" + Uri.EscapeDataString(key);

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
