using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Sdp;

/// <summary>
/// Answers WHIP and WHEP offers (RFC 9725, RFC 8829): one audio and one video track at most, bundled on one transport, codecs untouched.
/// The order of the offer decides which of several codecs is used.
/// </summary>
internal static class OfferAnswer
{
    private const string RtpProtocol = "UDP/TLS/RTP/SAVPF";
    private const string DataProtocol = "UDP/DTLS/SCTP";

    /// <summary>Answers a publisher (WHIP): its tracks are received, everything else is refused.</summary>
    public static Negotiation AnswerPublisher(SessionDescription offer)
    {
        var tracks = new Dictionary<MediaDescription, TrackPlan>(ReferenceEqualityComparer.Instance);
        var sawSender = false;
        foreach (var media in Usable(offer))
        {
            if (media.Direction is not ("sendonly" or "sendrecv")) continue;
            sawSender = true;
            var codecs = OfferedCodec.Of(media);
            if (codecs.Count == 0 || tracks.Values.Any(t => t.Format.Kind == codecs[0].Format.Kind)) continue;
            // Packetization mode 1 sends any frame in packets that fit; mode 0 is for those who offer nothing else.
            var chosen = codecs[0].Format.Codec == MediaCodec.H264
                ? codecs.FirstOrDefault(c => c.Format.Parameter("packetization-mode") == "1") ?? codecs[0]
                : codecs[0];
            tracks[media] = Track(media, chosen) with { Ssrcs = OfferedSources.Ssrcs(media), Rids = OfferedSources.Rids(media) };
        }
        if (tracks.Count == 0)
        {
            return sawSender
                ? Negotiation.RefuseMedia("codec_not_supported", "none of the offered codecs is H264, VP8, VP9, AV1 or Opus")
                : Negotiation.RefuseMedia("nothing_to_receive", "the offer sends no audio and no video");
        }
        return Finish(offer, tracks, dataChannel: null, isPublisher: true);
    }

    /// <summary>Answers a viewer (WHEP) with the stream's own codecs.</summary>
    /// <param name="offer">The viewer's offer.</param>
    /// <param name="stream">The codecs of the stream; an unknown audio codec is taken for Opus.</param>
    /// <param name="nextSsrc">Gives the sources that the answer announces.</param>
    /// <param name="acceptsDataChannel">Whether an offered data channel is accepted.</param>
    public static Negotiation AnswerViewer(SessionDescription offer, StreamFormat stream, Func<uint> nextSsrc,
        bool acceptsDataChannel = false)
    {
        var tracks = new Dictionary<MediaDescription, TrackPlan>(ReferenceEqualityComparer.Instance);
        var sawReceiver = false;
        foreach (var media in Usable(offer))
        {
            if (media.Direction is not ("recvonly" or "sendrecv")) continue;
            sawReceiver = true;
            var wanted = media.Kind == "audio" ? stream.Audio ?? CodecFormat.Opus : stream.Video;
            if (wanted is null || tracks.Values.Any(t => t.Format.Kind == wanted.Kind)) continue;
            var best = OfferedCodec.Of(media).Select(c => (Codec: c, Match: wanted.MatchIn(c.Format)))
                .Where(c => c.Match > 0)
                .OrderByDescending(c => c.Match)
                .FirstOrDefault();
            if (best.Codec is null)
                return Negotiation.RefuseMedia("codec_not_supported",
                    $"the stream's {media.Kind} is {wanted.RtpMap} {wanted.Parameters}, which the offer does not receive");
            var source = new SsrcPlan(nextSsrc(), best.Codec.RtxPayloadType is null ? 0 : nextSsrc());
            tracks[media] = Track(media, best.Codec) with { Ssrcs = [source] };
        }
        if (tracks.Count == 0)
        {
            return sawReceiver
                ? Negotiation.RefuseMedia("track_not_available", "the stream has none of the offered kinds of track")
                : Negotiation.RefuseMedia("nothing_to_send", "the offer receives no audio and no video");
        }
        var data = acceptsDataChannel
            ? offer.Media.FirstOrDefault(m => m.Kind == "application" && m.Protocol == DataProtocol && IsOffered(m))
            : null;
        return Finish(offer, tracks, data, isPublisher: false);
    }

    private static Negotiation Finish(
        SessionDescription offer, Dictionary<MediaDescription, TrackPlan> tracks, MediaDescription? dataChannel, bool isPublisher)
    {
        var bundled = Bundle(offer);
        var accepted = offer.Media.Where(m => tracks.ContainsKey(m) || ReferenceEquals(m, dataChannel)).ToList();
        if (accepted.Count > 1 && accepted.Any(m => m.Mid is null || !bundled.Contains(m.Mid)))
            return Negotiation.Refuse("bundle_required", "all tracks must be in one BUNDLE group");
        if (tracks.Keys.Any(m => !m.Has("rtcp-mux"))) return Negotiation.Refuse("rtcp_mux_required", "RTCP must be multiplexed with RTP");
        var (transport, refusal) = OfferTransport.Read(offer, accepted[0]);
        if (refusal is not null) return refusal;
        var plan = new MediaPlan
        {
            Remote = transport,
            Tracks = [.. accepted.Where(tracks.ContainsKey).Select(m => tracks[m])],
            DataChannel = dataChannel is null
                ? null
                : new DataChannelPlan(dataChannel.Mid ?? "", AnswerPrinter.SctpPort, AnswerPrinter.MaxMessageSize),
        };
        return Negotiation.Accept(plan, new AnswerPrinter(offer, tracks, dataChannel, plan, isPublisher).Print);
    }

    private static TrackPlan Track(MediaDescription media, OfferedCodec codec) => new()
    {
        Mid = media.Mid ?? "",
        Format = codec.Format,
        PayloadType = codec.PayloadType,
        RtxPayloadType = codec.RtxPayloadType,
        Feedback = codec.Feedback,
        Extensions = OfferedSources.Extensions(media),
    };

    private static IEnumerable<MediaDescription> Usable(SessionDescription offer) =>
        offer.Media.Where(m => m.Kind is "audio" or "video" && m.Protocol == RtpProtocol && IsOffered(m));

    private static bool IsOffered(MediaDescription media) => media.Port != 0 || media.IsBundleOnly;

    private static List<string> Bundle(SessionDescription offer) =>
        [.. offer.Attributes.Where(a => a.Name == "group" && a.Value is not null && a.Value.StartsWith("BUNDLE ", StringComparison.Ordinal))
            .Take(1).SelectMany(a => a.Value!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))];
}
