using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Sdp;

public sealed class OfferAnswerTests
{
    private static uint Next(ref uint ssrc) => ssrc++;

    private static (MediaPlan Plan, SessionDescription Answer) Publish(string name)
    {
        var negotiation = OfferAnswer.AnswerPublisher(Offers.Read(name));
        Assert.Null(negotiation.Refusal);
        return (negotiation.Plan!, negotiation.Answer(Offers.Local));
    }

    private static Negotiation View(StreamFormat format, bool data = false, string? offer = null)
    {
        var ssrc = 1000u;
        return OfferAnswer.AnswerViewer(SessionDescription.Parse(offer ?? Offers.Text("chromium-view")), format, () => Next(ref ssrc),
            data);
    }

    [Fact]
    public void Chromium_publishes_with_everything_that_was_offered_for_its_first_codec()
    {
        var (plan, answer) = Publish("chromium-publish");
        var video = plan.Video!;
        Assert.Equal((MediaCodec.Vp8, (byte)96, (byte?)97, "1"), (video.Format.Codec, video.PayloadType, video.RtxPayloadType, video.Mid));
        Assert.Equal(new FeedbackPlan(true, true, true, true, true), video.Feedback);
        Assert.Equal(new SsrcPlan(3182802026, 1873715883), Assert.Single(video.Ssrcs));
        var extensions = new RtpExtensionMap { Mid = 4, Rid = 10, RepairedRid = 11, AbsoluteSendTime = 2, TransportSequence = 3 };
        Assert.Equal(extensions with { VideoOrientation = 13, PlayoutDelay = 5 }, video.Extensions);
        Assert.Equal((MediaCodec.Opus, (byte)111), (plan.Audio!.Format.Codec, plan.Audio.PayloadType));
        Assert.Equal(DtlsSetup.Passive, plan.Remote!.LocalSetup);
        Assert.Equal("O1Zl", plan.Remote.IceUfrag);
        Assert.StartsWith("09:1C:BC", plan.Remote.FingerprintSha256, StringComparison.Ordinal);

        Assert.Equal("BUNDLE 0 1", answer.Find("group"));
        Assert.True(answer.Has("ice-lite"));
        var section = answer.Media[1];
        Assert.Equal(["96", "97"], section.Formats);
        Assert.Equal("recvonly", section.Direction);
        Assert.Equal("passive", section.Find("setup"));
        Assert.Equal("apt=96", section.ForFormat("fmtp", 97));
        Assert.Contains("96 transport-cc", section.All("rtcp-fb"));
        Assert.Contains("3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", section.All("extmap"));
        Assert.Equal(2, answer.Media[0].All("candidate").Count());
        Assert.True(answer.Media[0].Has("end-of-candidates"));
        Assert.True(section.Has("rtcp-rsize"));
    }

    [Fact]
    public void Chromiums_simulcast_layers_are_accepted_by_their_ids()
    {
        var (plan, answer) = Publish("chromium-simulcast");
        Assert.Equal(["h", "m", "l"], plan.Video!.Rids);
        Assert.Equal(["h recv", "m recv", "l recv"], answer.Media[0].All("rid"));
        Assert.Equal("recv h;m;l", answer.Media[0].Find("simulcast"));
        Assert.Equal(13, plan.Video.Extensions.DependencyDescriptor);
    }

    [Fact]
    public void Obs_publishes_without_rtx_and_with_session_level_transport()
    {
        var (plan, answer) = Publish("obs-publish");
        Assert.Equal((MediaCodec.H264, (byte)96, (byte?)null),
            (plan.Video!.Format.Codec, plan.Video.PayloadType, plan.Video.RtxPayloadType));
        Assert.Equal(new FeedbackPlan(Nack: true, PictureLoss: true, FullIntra: false, MaxBitrate: true, TransportWide: false),
            plan.Video.Feedback);
        Assert.Equal("Tq4C", plan.Remote!.IceUfrag);
        Assert.False(plan.Remote.IsReducedSizeRtcp);
        Assert.Equal("minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1", answer.Media[0].ForFormat("fmtp", 111));
        Assert.Equal("passive", answer.Media[1].Find("setup"));
    }

    [Fact]
    public void Ffmpeg_that_is_the_dtls_server_is_answered_as_its_client()
    {
        var (plan, answer) = Publish("ffmpeg-publish");
        Assert.Equal(DtlsSetup.Active, plan.Remote!.LocalSetup);
        Assert.All(answer.Media, m => Assert.Equal("active", m.Find("setup")));
        Assert.Equal(new SsrcPlan(7654321, 0), Assert.Single(plan.Video!.Ssrcs));
    }

    [Fact]
    public void Gstreamers_bundle_only_section_is_accepted()
    {
        var (plan, answer) = Publish("gstreamer-publish");
        Assert.Equal(["video0", "audio1"], plan.Tracks.Select(t => t.Mid));
        Assert.Equal("BUNDLE video0 audio1", answer.Find("group"));
        Assert.All(answer.Media, m => Assert.Equal(9, m.Port));
    }

    [Fact]
    public void A_viewer_gets_the_streams_codec_under_the_payload_type_of_its_offer()
    {
        var negotiation = View(new StreamFormat(CodecFormat.H264, CodecFormat.Opus), data: true);
        var plan = negotiation.Plan!;
        Assert.Equal(((byte)108, (byte?)109), (plan.Video!.PayloadType, plan.Video.RtxPayloadType));
        Assert.Equal(new SsrcPlan(1001, 1002), Assert.Single(plan.Video.Ssrcs));
        Assert.Equal(new SsrcPlan(1000, 0), Assert.Single(plan.Audio!.Ssrcs));
        Assert.Equal(new DataChannelPlan("2", 5000, 65536), plan.DataChannel);
        var answer = negotiation.Answer(Offers.Local);
        Assert.Equal("BUNDLE 0 1 2", answer.Find("group"));
        Assert.Equal("sendonly", answer.Media[1].Direction);
        Assert.Contains("FID 1001 1002", answer.Media[1].All("ssrc-group"));
        Assert.Contains("1001 cname:node", answer.Media[1].All("ssrc"));
        Assert.Equal("5000", answer.Media[2].Find("sctp-port"));
    }

    [Fact]
    public void Without_a_use_for_it_a_data_channel_is_refused_in_the_answer()
    {
        var negotiation = View(new StreamFormat(CodecFormat.Vp8, CodecFormat.Opus));
        var answer = negotiation.Answer(Offers.Local);
        Assert.Null(negotiation.Plan!.DataChannel);
        Assert.Equal(0, answer.Media[2].Port);
        Assert.Equal("BUNDLE 0 1", answer.Find("group"));
    }

    [Theory]
    [InlineData("42e01f", 1, 108)] // the same profile
    [InlineData("42001f", 1, 102)] // baseline
    [InlineData("4d0028", 1, 116)] // main, at a higher level than was offered
    [InlineData("640028", 1, 41)]  // high: only the decoder for 4:4:4 plays it
    [InlineData("42e01f", 0, 114)]
    public void An_h264_stream_is_matched_by_profile_and_packetization_mode(string profile, int mode, int payloadType)
    {
        var format = new CodecFormat(MediaCodec.H264, 90000, 1, $"packetization-mode={mode};profile-level-id={profile}");
        Assert.Equal(payloadType, View(new StreamFormat(format, CodecFormat.Opus)).Plan!.Video!.PayloadType);
    }

    [Fact]
    public void A_codec_that_a_viewer_does_not_know_is_refused_as_media()
    {
        var lines = Offers.Text("chromium-view").Split('\n').Where(l => !l.Contains("H264/90000", StringComparison.Ordinal));
        var withoutH264 = string.Join('\n', lines);
        var refusal = View(new StreamFormat(CodecFormat.H264, CodecFormat.Opus), offer: withoutH264).Refusal;
        Assert.Equal(("codec_not_supported", true), (refusal!.Code, refusal.IsUnsupportedMedia));
    }

    [Theory]
    [InlineData("a=rtcp-mux", "", "rtcp_mux_required", false)]
    [InlineData("a=group:BUNDLE 0 1", "", "bundle_required", false)]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "setup_invalid", false)]
    [InlineData("a=fingerprint:sha-256", "a=fingerprint:sha-1", "fingerprint_missing", false)]
    [InlineData("a=ice-pwd:9KJ8xQmLq3yN7rVb2TzEwP", "a=ice-pwd:short", "ice_credentials_invalid", false)]
    [InlineData("a=sendonly", "a=recvonly", "nothing_to_receive", true)]
    [InlineData("/48000/2", "/44100/2", null, false)]
    public void An_offer_that_cannot_be_answered_is_refused_with_its_reason(string line, string replacement, string? code, bool isMedia)
    {
        var offer = SessionDescription.Parse(Offers.Text("obs-publish").Replace(line, replacement, StringComparison.Ordinal));
        var negotiation = OfferAnswer.AnswerPublisher(offer);
        Assert.Equal(code, negotiation.Refusal?.Code);
        if (code is not null) Assert.Equal(isMedia, negotiation.Refusal!.IsUnsupportedMedia);
        else Assert.Null(negotiation.Plan!.Audio);
    }

    [Fact]
    public void Only_codecs_that_the_relay_forwards_are_taken()
    {
        var text = Offers.Text("obs-publish")
            .Replace("H264/90000", "H265/90000", StringComparison.Ordinal)
            .Replace("opus/48000/2", "PCMU/8000", StringComparison.Ordinal);
        var refusal = OfferAnswer.AnswerPublisher(SessionDescription.Parse(text)).Refusal!;
        Assert.Equal(("codec_not_supported", true), (refusal.Code, refusal.IsUnsupportedMedia));
    }

    [Fact]
    public void A_section_that_is_not_used_stays_in_its_place_with_port_zero()
    {
        var offer = Offers.Read("chromium-publish");
        var (audio, video) = (offer.Media[0], offer.Media[1]);
        var attributes = video.Attributes.Select(a => a.Name == "mid" ? new SdpAttribute("mid", "2") : a);
        var doubled = offer with { Media = [audio, video, video with { Attributes = [.. attributes] }] };
        var answer = OfferAnswer.AnswerPublisher(doubled).Answer(Offers.Local);
        Assert.Equal([9, 9, 0], answer.Media.Select(m => m.Port));
        Assert.Equal("2", answer.Media[2].Mid);
        Assert.Equal("BUNDLE 0 1", answer.Find("group"));
    }
}
