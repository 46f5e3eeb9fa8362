namespace Marquee.StreamRelay.Rtp;

/// <summary>The ids negotiated for the header extensions that the relay knows; 0 where one was not negotiated.</summary>
internal readonly record struct RtpExtensionMap
{
    public byte Mid { get; init; }
    public byte Rid { get; init; }
    public byte RepairedRid { get; init; }
    public byte AbsoluteSendTime { get; init; }
    public byte TransportSequence { get; init; }
    public byte AudioLevel { get; init; }
    public byte VideoOrientation { get; init; }
    public byte DependencyDescriptor { get; init; }
    public byte PlayoutDelay { get; init; }
    public byte AbsoluteCaptureTime { get; init; }

    /// <summary>The id of an extension; 0 when it was not negotiated.</summary>
    public byte this[RtpExtension extension] => extension switch
    {
        RtpExtension.Mid => Mid,
        RtpExtension.Rid => Rid,
        RtpExtension.RepairedRid => RepairedRid,
        RtpExtension.AbsoluteSendTime => AbsoluteSendTime,
        RtpExtension.TransportSequence => TransportSequence,
        RtpExtension.AudioLevel => AudioLevel,
        RtpExtension.VideoOrientation => VideoOrientation,
        RtpExtension.DependencyDescriptor => DependencyDescriptor,
        RtpExtension.PlayoutDelay => PlayoutDelay,
        RtpExtension.AbsoluteCaptureTime => AbsoluteCaptureTime,
        _ => 0,
    };

    public RtpExtensionMap With(RtpExtension extension, byte id) => extension switch
    {
        RtpExtension.Mid => this with { Mid = id },
        RtpExtension.Rid => this with { Rid = id },
        RtpExtension.RepairedRid => this with { RepairedRid = id },
        RtpExtension.AbsoluteSendTime => this with { AbsoluteSendTime = id },
        RtpExtension.TransportSequence => this with { TransportSequence = id },
        RtpExtension.AudioLevel => this with { AudioLevel = id },
        RtpExtension.VideoOrientation => this with { VideoOrientation = id },
        RtpExtension.DependencyDescriptor => this with { DependencyDescriptor = id },
        RtpExtension.PlayoutDelay => this with { PlayoutDelay = id },
        RtpExtension.AbsoluteCaptureTime => this with { AbsoluteCaptureTime = id },
        _ => this,
    };
}

/// <summary>The header extensions that the relay reads, writes or passes on.</summary>
internal enum RtpExtension
{
    Mid,
    Rid,
    RepairedRid,
    AbsoluteSendTime,
    TransportSequence,
    AudioLevel,
    VideoOrientation,
    DependencyDescriptor,
    PlayoutDelay,
    AbsoluteCaptureTime,
}

/// <summary>The names of the extensions in an SDP.</summary>
internal static class RtpExtensionUri
{
    private static readonly (RtpExtension Extension, string Uri)[] Known =
    [
        (RtpExtension.Mid, "urn:ietf:params:rtp-hdrext:sdes:mid"),
        (RtpExtension.Rid, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        (RtpExtension.RepairedRid, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        (RtpExtension.AbsoluteSendTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
        (RtpExtension.TransportSequence, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
        (RtpExtension.AudioLevel, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        (RtpExtension.VideoOrientation, "urn:3gpp:video-orientation"),
        (RtpExtension.DependencyDescriptor, "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
        (RtpExtension.PlayoutDelay, "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"),
        (RtpExtension.AbsoluteCaptureTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
    ];

    public static bool TryFind(string uri, out RtpExtension extension)
    {
        foreach (var known in Known)
        {
            if (known.Uri != uri) continue;
            extension = known.Extension;
            return true;
        }
        extension = default;
        return false;
    }

    public static string Of(RtpExtension extension) => Known[(int)extension].Uri;
}
