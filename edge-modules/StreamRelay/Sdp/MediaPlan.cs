using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Sdp;

/// <summary>What an offer and its answer agreed on: the transport of the other side, and the tracks.</summary>
internal sealed record MediaPlan
{
    public required IReadOnlyList<TrackPlan> Tracks { get; init; }

    /// <summary>Null for a source that comes without SDP (trunk, encoder).</summary>
    public RemoteTransport? Remote { get; init; }

    /// <summary>The section that carries a data channel, when one was offered and accepted.</summary>
    public DataChannelPlan? DataChannel { get; init; }

    public TrackPlan? Audio => Tracks.FirstOrDefault(t => t.Format.Kind == TrackKind.Audio);
    public TrackPlan? Video => Tracks.FirstOrDefault(t => t.Format.Kind == TrackKind.Video);

    public StreamFormat StreamFormat => new(Video?.Format, Audio?.Format);

    /// <summary>The plan of a source without SDP, which sends video as payload type 96 and audio as 111.</summary>
    public static MediaPlan ForSource(CodecFormat? video, CodecFormat? audio, uint videoSsrc = 1, uint audioSsrc = 2)
    {
        var tracks = new List<TrackPlan>();
        if (audio is not null)
            tracks.Add(new TrackPlan { Mid = "audio", Format = audio, PayloadType = 111, Ssrcs = [new SsrcPlan(audioSsrc, 0)] });
        if (video is not null)
            tracks.Add(new TrackPlan { Mid = "video", Format = video, PayloadType = 96, Ssrcs = [new SsrcPlan(videoSsrc, 0)] });
        return new MediaPlan { Tracks = tracks };
    }
}

/// <summary>The codecs of a stream, for a viewer's answer.</summary>
internal sealed record StreamFormat(CodecFormat? Video, CodecFormat? Audio)
{
    /// <summary>True when viewers of this format can go on with a source of the other.</summary>
    public bool IsCompatibleWith(StreamFormat other) => Matches(Video, other.Video) && Matches(Audio, other.Audio);

    private static bool Matches(CodecFormat? mine, CodecFormat? theirs) =>
        mine is null || theirs is null || mine.MatchIn(theirs) > 0 || theirs.MatchIn(mine) > 0;
}

/// <summary>One negotiated track.</summary>
internal sealed record TrackPlan
{
    public required string Mid { get; init; }
    public required CodecFormat Format { get; init; }
    public required byte PayloadType { get; init; }

    /// <summary>The payload type of retransmissions (RFC 4588); null when they were not negotiated.</summary>
    public byte? RtxPayloadType { get; init; }

    public RtpExtensionMap Extensions { get; init; }
    public FeedbackPlan Feedback { get; init; }

    /// <summary>
    /// A publisher's sources as its offer names them, or the one of a viewer that we send from. Empty: learned from the packets.
    /// </summary>
    public IReadOnlyList<SsrcPlan> Ssrcs { get; init; } = [];

    /// <summary>The simulcast layers that a publisher announced, in its order; empty without simulcast.</summary>
    public IReadOnlyList<string> Rids { get; init; } = [];
}

/// <summary>A source and the source of its retransmissions; 0 when it has none.</summary>
internal readonly record struct SsrcPlan(uint Ssrc, uint RtxSsrc);

/// <summary>The feedback that was negotiated for a track.</summary>
internal readonly record struct FeedbackPlan(bool Nack, bool PictureLoss, bool FullIntra, bool MaxBitrate, bool TransportWide);

/// <summary>The transport parameters of an offer.</summary>
/// <param name="FingerprintSha256">32 bytes in hexadecimal with colons, upper case.</param>
internal sealed record RemoteTransport(
    string IceUfrag,
    string IcePassword,
    string FingerprintSha256,
    DtlsSetup LocalSetup,
    bool IsReducedSizeRtcp,
    IReadOnlyList<string> Candidates);

/// <summary>The DTLS role that we take.</summary>
internal enum DtlsSetup
{
    /// <summary>We are the server: the offer said <c>actpass</c> or <c>active</c>.</summary>
    Passive,

    /// <summary>We are the client: the offer said <c>passive</c>, as ffmpeg's does.</summary>
    Active,
}

/// <summary>An SCTP association for data channels (RFC 8841).</summary>
internal sealed record DataChannelPlan(string Mid, int SctpPort, int MaxMessageSize);
