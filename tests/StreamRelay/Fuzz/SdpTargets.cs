using System.Text;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tests.Sdp;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>What the signalling takes from clients.</summary>
internal static class SdpTargets
{
    private static readonly string[] Names =
        ["obs-publish", "ffmpeg-publish", "gstreamer-publish", "chromium-view", "chromium-publish", "chromium-simulcast"];

    /// <summary>A description that parses is answered, as publisher's and as viewer's, or refused; and prints as it was read.</summary>
    public static FuzzTarget Offer()
    {
        var ssrc = 1u;
        var stream = new StreamFormat(CodecFormat.H264, CodecFormat.Opus);
        return new FuzzTarget("sdp", [.. Names.Select(name => Encoding.UTF8.GetBytes(Offers.Text(name)))], input =>
        {
            if (!SessionDescription.TryParse(input, out var offer)) return 0;
            if (!SessionDescription.TryParse(offer.ToString(), out _))
                throw new InvalidOperationException("what was read does not print as it should");
            Negotiation[] negotiations = [OfferAnswer.AnswerPublisher(offer), OfferAnswer.AnswerViewer(offer, stream, () => ssrc++, true)];
            foreach (var negotiation in negotiations)
            {
                if (negotiation.Plan is null == negotiation.Refusal is null)
                    throw new InvalidOperationException("neither a plan nor a refusal, or both");
                if (negotiation.Plan is not null) _ = negotiation.Answer(Offers.Local).ToString();
            }
            return 1;
        })
        {
            MaxBytes = 16 * 1024,
        };
    }

    public static FuzzTarget Fragment() => new(
        "ice-fragment",
        [
            [
                .. "a=ice-ufrag:abcd\r\na=ice-pwd:passwordpasswordpassword\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"u8,
                .. "a=candidate:1 1 udp 2130706431 192.0.2.1 8443 typ host\r\na=end-of-candidates\r\n"u8,
            ],
            "a=candidate:1 1 tcp 1 2001:db8::1 9 typ host tcptype active\r\n"u8.ToArray(),
            "a=ice-options:trickle\na=end-of-candidates\n"u8.ToArray(),
        ],
        static input => IceFragment.TryParse(Encoding.UTF8.GetString(input), out var fragment) ? 1 + fragment.Candidates.Count : 0);
}
