namespace Marquee.StreamRelay.Rtp;

/// <summary>What a track carries.</summary>
internal enum TrackKind
{
    Audio,
    Video,
}

/// <summary>The codecs that the relay forwards; it decodes none of them.</summary>
internal enum MediaCodec
{
    Opus,
    H264,
    Vp8,
    Vp9,
    Av1,
}
