using System.Globalization;

namespace Marquee.StreamRelay.Mp4;

/// <summary>What a player must know of a track before its first sample.</summary>
internal abstract record TrackFormat
{
    /// <summary>Units of time in a second.</summary>
    public abstract int Timescale { get; }

    /// <summary>As in the CODECS attribute of a playlist (RFC 6381).</summary>
    public abstract string Codec { get; }
}

internal abstract record VideoFormat(int Width, int Height) : TrackFormat
{
    public override int Timescale => 90_000;
}

/// <summary>H.264 with its parameter sets outside the samples.</summary>
internal sealed record H264Format(H264ParameterSets Sets) : VideoFormat(Sets.Width, Sets.Height)
{
    public override string Codec =>
        string.Create(CultureInfo.InvariantCulture, $"avc1.{Sets.Profile:x2}{Sets.Constraints:x2}{Sets.Level:x2}");
}

/// <summary>VP8 or VP9 (VP Codec ISO Media File Format Binding 1.0), 8 bits, 4:2:0.</summary>
internal sealed record VpxFormat(bool IsVp9, int Width, int Height) : VideoFormat(Width, Height)
{
    // Level 4.1 bears 1080p60; the profile is what WebRTC sends.
    public const byte Level = 41;

    public override string Codec => IsVp9 ? "vp09.00.41.08" : "vp08.00.41.08";
}

/// <summary>Opus (Encapsulation of Opus in ISO Base Media File Format).</summary>
internal sealed record OpusFormat(int Channels) : TrackFormat
{
    public override int Timescale => 48_000;
    public override string Codec => "opus";
}

/// <summary>The tracks of a presentation; at least one. A change of them needs a new initialisation segment.</summary>
internal sealed record MediaFormat(VideoFormat? Video, OpusFormat? Audio)
{
    public const uint VideoTrack = 1;
    public const uint AudioTrack = 2;

    public string Codecs => string.Join(',', new[] { Video?.Codec, Audio?.Codec }.OfType<string>());
}
