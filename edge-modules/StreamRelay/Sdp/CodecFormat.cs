using System.Globalization;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Sdp;

/// <summary>A codec and those of its parameters that decide whether a receiver can play it.</summary>
/// <param name="Parameters">The <c>fmtp</c> value as it was offered, or null.</param>
internal sealed record CodecFormat(MediaCodec Codec, int ClockRate, int Channels, string? Parameters)
{
    public static CodecFormat Opus { get; } = new(MediaCodec.Opus, 48000, 2, "minptime=10;useinbandfec=1");

    /// <summary>What the encoder sends: constrained baseline 3.1, non-interleaved.</summary>
    public static CodecFormat H264 { get; } =
        new(MediaCodec.H264, 90000, 1, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");

    public static CodecFormat Vp8 { get; } = new(MediaCodec.Vp8, 90000, 1, null);

    public TrackKind Kind => Codec == MediaCodec.Opus ? TrackKind.Audio : TrackKind.Video;

    /// <summary>The name in an <c>rtpmap</c>.</summary>
    public string EncodingName => Codec switch
    {
        MediaCodec.Opus => "opus",
        MediaCodec.H264 => "H264",
        MediaCodec.Vp8 => "VP8",
        MediaCodec.Vp9 => "VP9",
        _ => "AV1",
    };

    public string RtpMap => Codec == MediaCodec.Opus
        ? "opus/48000/2"
        : string.Create(CultureInfo.InvariantCulture, $"{EncodingName}/{ClockRate}");

    /// <summary>The codec of an <c>rtpmap</c> value such as <c>H264/90000</c>; null for one that the relay does not forward.</summary>
    public static CodecFormat? From(string rtpMap, string? parameters)
    {
        var parts = rtpMap.Trim().Split('/');
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var clockRate)) return null;
        return (parts[0].ToUpperInvariant(), clockRate) switch
        {
            ("OPUS", 48000) => new CodecFormat(MediaCodec.Opus, clockRate, 2, parameters),
            ("H264", 90000) => new CodecFormat(MediaCodec.H264, clockRate, 1, parameters),
            ("VP8", 90000) => new CodecFormat(MediaCodec.Vp8, clockRate, 1, parameters),
            ("VP9", 90000) => new CodecFormat(MediaCodec.Vp9, clockRate, 1, parameters),
            ("AV1" or "AV1X", 90000) => new CodecFormat(MediaCodec.Av1, clockRate, 1, parameters),
            _ => null,
        };
    }

    /// <summary>A parameter of the <c>fmtp</c> value; null when it is not there.</summary>
    public string? Parameter(string name)
    {
        foreach (var part in (Parameters ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return part[(equals + 1)..].Trim();
        }
        return null;
    }

    /// <summary>
    /// How well a receiver that offers <paramref name="offered"/> plays this format: 0 not at all, more is closer. Same codec, same H.264
    /// packetization mode and a profile that decodes ours; the level does not decide, a sender may exceed what a receiver prefers.
    /// </summary>
    public int MatchIn(CodecFormat offered)
    {
        if (Codec != offered.Codec || ClockRate != offered.ClockRate) return 0;
        switch (Codec)
        {
            case MediaCodec.H264:
                if ((Parameter("packetization-mode") ?? "0") != (offered.Parameter("packetization-mode") ?? "0")) return 0;
                var ours = H264Profile.Parse(Parameter("profile-level-id"));
                var theirs = H264Profile.Parse(offered.Parameter("profile-level-id"));
                return ours is null || theirs is null ? 0 : ours == theirs ? 2 : H264Profile.Decodes(theirs.Value, ours.Value) ? 1 : 0;
            case MediaCodec.Vp9:
                return (Parameter("profile-id") ?? "0") == (offered.Parameter("profile-id") ?? "0") ? 2 : 0;
            case MediaCodec.Av1:
                return (Parameter("profile") ?? "0") == (offered.Parameter("profile") ?? "0") ? 2 : 0;
            default:
                return 2;
        }
    }
}
