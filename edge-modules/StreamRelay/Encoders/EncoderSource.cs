using Marquee.Domain.Streams;

namespace Marquee.StreamRelay.Encoders;

/// <summary>What becomes of a source's picture.</summary>
internal enum VideoHandling
{
    /// <summary>Decoded and encoded anew: constrained baseline, a key frame each second.</summary>
    Encode,

    /// <summary>Passed on as it is. The camera must send H.264 without B-frames, with a key frame each second.</summary>
    Copy,

    None,
}

/// <summary>How ffmpeg gets at a source.</summary>
internal enum SourceKind
{
    /// <summary>We listen, and the camera's software connects with the stream's key.</summary>
    RtmpListener,

    SrtListener,
    SrtCaller,
    Rtsp,
    File,

    /// <summary>A filter graph of ffmpeg's own: test pictures and tones.</summary>
    Generated,
}

/// <summary>A camera, mixer or file of the venue that is fed into a stream.</summary>
internal sealed record EncoderSource
{
    /// <summary>The stream that it feeds: an event id, or <c>{eventId}.{stage}</c>.</summary>
    public required string Stream { get; init; }

    public required SourceKind Kind { get; init; }

    /// <summary>As configured. May hold secrets: it is never logged.</summary>
    public required string Url { get; init; }

    /// <summary>The stream key of RTMP, or the passphrase of SRT.</summary>
    public string? Key { get; init; }

    public VideoHandling Video { get; init; } = VideoHandling.Encode;
    public bool HasAudio { get; init; } = true;
    public int VideoBitsPerSecond { get; init; } = 2_500_000;
    public int Width { get; init; } = 1280;
    public int Height { get; init; } = 720;

    /// <summary>Frames a second.</summary>
    public int FrameRate { get; init; } = 30;

    /// <summary>Runs whatever the event's phase is.</summary>
    public bool RunsAlways { get; init; }

    /// <summary>Whether it replaces a publisher that is there.</summary>
    public bool MayTakeOver { get; init; }

    public string EventId => StreamId.EventOf(Stream);

    /// <summary>Waits for a camera to connect, so that silence before that is no failure.</summary>
    public bool IsListener => Kind is SourceKind.RtmpListener or SourceKind.SrtListener;
}
