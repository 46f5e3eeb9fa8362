using System.Globalization;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Sdp;

/// <summary>A codec of an offered section that the relay forwards, with its payload types and feedback.</summary>
internal sealed record OfferedCodec(CodecFormat Format, byte PayloadType, byte? RtxPayloadType, FeedbackPlan Feedback)
{
    /// <summary>The codecs of a section in the order of the offer.</summary>
    public static List<OfferedCodec> Of(MediaDescription media)
    {
        var codecs = new List<OfferedCodec>();
        var rtx = Retransmissions(media);
        foreach (var format in media.Formats)
        {
            if (!byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var payloadType) || payloadType > 127) continue;
            if (media.ForFormat("rtpmap", payloadType) is not { } rtpMap) continue;
            if (CodecFormat.From(rtpMap, media.ForFormat("fmtp", payloadType)) is not { } codec) continue;
            if (codec.Kind != (media.Kind == "audio" ? TrackKind.Audio : TrackKind.Video)) continue;
            codecs.Add(new OfferedCodec(codec, payloadType, rtx.TryGetValue(payloadType, out var retransmission) ? retransmission : null,
                FeedbackOf(media, format)));
        }
        return codecs;
    }

    private static Dictionary<byte, byte> Retransmissions(MediaDescription media)
    {
        var found = new Dictionary<byte, byte>();
        foreach (var rtpMap in media.All("rtpmap"))
        {
            var space = rtpMap.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !rtpMap.AsSpan(space + 1).StartsWith("rtx/", StringComparison.OrdinalIgnoreCase)) continue;
            if (!byte.TryParse(rtpMap.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var payloadType)
                || payloadType > 127) continue;
            foreach (var part in (media.ForFormat("fmtp", payloadType) ?? "").Split(';', StringSplitOptions.TrimEntries))
            {
                if (part.StartsWith("apt=", StringComparison.Ordinal)
                    && byte.TryParse(part.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var repaired))
                    found.TryAdd(repaired, payloadType);
            }
        }
        return found;
    }

    private static FeedbackPlan FeedbackOf(MediaDescription media, string format)
    {
        var plan = default(FeedbackPlan);
        foreach (var value in media.All("rtcp-fb"))
        {
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || (value.AsSpan(0, space) is not "*" && !value.AsSpan(0, space).SequenceEqual(format))) continue;
            plan = value[(space + 1)..].Trim() switch
            {
                "nack" => plan with { Nack = true },
                "nack pli" => plan with { PictureLoss = true },
                "ccm fir" => plan with { FullIntra = true },
                "goog-remb" => plan with { MaxBitrate = true },
                "transport-cc" => plan with { TransportWide = true },
                _ => plan,
            };
        }
        return plan;
    }
}
