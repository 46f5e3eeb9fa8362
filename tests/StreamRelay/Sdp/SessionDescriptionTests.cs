using CsCheck;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    private static readonly string[] Known =
        ["chromium-publish", "chromium-simulcast", "chromium-view", "obs-publish", "ffmpeg-publish", "gstreamer-publish"];

    public static TheoryData<string> Names => [.. Known];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_read_is_printed_line_by_line(string name)
    {
        var text = Offers.Text(name);
        var printed = SessionDescription.Parse(text).ToString();
        Assert.Equal(text.ReplaceLineEndings("\r\n").Trim(), printed.Trim());
        Assert.Equal(printed, SessionDescription.Parse(printed).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("v=1\r\n")]
    [InlineData("s=-\r\nt=0 0\r\n")]
    [InlineData("v=0\r\nm=audio\r\n")]
    [InlineData("v=0\r\nm=audio 99999 UDP/TLS/RTP/SAVPF 0\r\n")]
    [InlineData("v=0\r\nm=audio -1 UDP/TLS/RTP/SAVPF 0\r\n")]
    [InlineData("v=0\r\nno equals sign")]
    public void What_is_no_session_description_is_refused(string text)
    {
        Assert.False(SessionDescription.TryParse(text, out _));
        Assert.Throws<FormatException>(() => SessionDescription.Parse(text));
    }

    [Fact]
    public void The_bounds_hold()
    {
        Assert.False(IsRead(new string('a', SessionDescription.MaxLength)));
        Assert.False(IsRead(string.Concat(Enumerable.Repeat("a=x\r\n", SessionDescription.MaxLines))));
        Assert.False(IsRead(string.Concat(Enumerable.Repeat("m=audio 9 X 0\r\n", SessionDescription.MaxMedia + 1))));
        Assert.True(IsRead(string.Concat(Enumerable.Repeat("m=audio 9 X 0\r\n", SessionDescription.MaxMedia))));
        Assert.False(IsRead($"m=audio 9 X {string.Join(' ', Enumerable.Range(0, SessionDescription.MaxFormats + 1))}\r\n"));

        static bool IsRead(string rest) => SessionDescription.TryParse("v=0\r\n" + rest, out _);
    }

    [Fact]
    public void A_mangled_offer_is_answered_or_refused_without_an_exception() =>
        Gen.Select(Gen.Int[0, Known.Length - 1], Gen.Select(Gen.Int[0, 9000], Gen.Char[' ', '~']).Array[1, 12], Gen.Int[0, 300])
            .Sample((which, changes, removed) =>
        {
            var text = Offers.Text(Known[which]).ToCharArray();
            foreach (var (at, to) in changes) text[at % text.Length] = to;
            var lines = new string(text).Split('\n').ToList();
            if (removed < lines.Count) lines.RemoveAt(removed);
            if (!SessionDescription.TryParse(string.Join('\n', lines), out var offer)) return;
            AssertSound(OfferAnswer.AnswerPublisher(offer));
            AssertSound(OfferAnswer.AnswerViewer(offer, new StreamFormat(CodecFormat.H264, CodecFormat.Opus), () => 5,
                acceptsDataChannel: true));

            void AssertSound(Negotiation negotiation)
            {
                Assert.NotEqual(negotiation.Plan is null, negotiation.Refusal is null);
                if (negotiation.Plan is null) return;
                var answer = negotiation.Answer(Offers.Local);
                Assert.Equal(offer.Media.Count, answer.Media.Count);
                Assert.True(SessionDescription.TryParse(answer.ToString(), out _));
            }
        }, iter: 2000);

    [Fact]
    public void A_trickle_fragment_gives_its_credentials_and_candidates()
    {
        const string Text = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
            + "a=candidate:1 1 udp 1 192.0.2.9 5000 typ host\r\na=end-of-candidates\r\n";
        Assert.True(IceFragment.TryParse(Text, out var fragment));
        Assert.Equal(("abcd", "0123456789abcdefghijkl", true), (fragment.Ufrag, fragment.Password, fragment.IsEndOfCandidates));
        Assert.Equal("candidate:1 1 udp 1 192.0.2.9 5000 typ host", Assert.Single(fragment.Candidates));
        Assert.False(IceFragment.TryParse("a=ice-ufrag:x\r\n", out _));
        Assert.False(IceFragment.TryParse("nonsense", out _));
        Assert.True(IceFragment.TryParse(IceFragment.Print(Offers.Local, new TrackPlan { Mid = "0", Format = CodecFormat.Opus, PayloadType = 111 }), out var ours));
        Assert.Equal(2, ours.Candidates.Count);
    }
}
