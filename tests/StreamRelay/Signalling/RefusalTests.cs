using System.Net;
using Marquee.Domain;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>Requests that are not carried out, and how they are told so.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private const string Whip = "whip/" + RelayRig.EventId;
    private const string Whep = "whep/" + RelayRig.EventId;

    private RelayRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RelayRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Without_a_token_the_challenge_says_that_one_is_needed()
    {
        var answer = await PostAsync(Whip, null);
        Assert.Equal((HttpStatusCode.Unauthorized, "token_missing"), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
        Assert.Equal("Bearer realm=\"marquee\"", answer.Headers.WwwAuthenticate.ToString());
        // A token in the address ends in logs; where a header can be set it must be.
        var inAddress = await PostAsync($"{Whip}?access_token={_rig.Issuer.Publish(RelayRig.EventId)}", null);
        Assert.Equal("token_missing", await RelayRig.CodeAsync(inAddress));
    }

    [Fact]
    public async Task A_token_that_does_not_count_is_told_why()
    {
        var expired = _rig.Issuer.Sign(_rig.Issuer.Claims(RelayRig.EventId, "publish", DateTimeOffset.UtcNow.AddHours(-2)));
        foreach (var (token, code) in new[] { ("nonsense", "token_malformed"), (expired, "token_expired") })
        {
            var answer = await PostAsync(Whip, token);
            Assert.Equal((HttpStatusCode.Unauthorized, code), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
            Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_is_good_for_its_scope_and_its_stream_only()
    {
        var (publish, view) = (_rig.Issuer.Publish(RelayRig.EventId), _rig.Issuer.View(RelayRig.EventId));
        foreach (var (path, token, code) in new[]
        {
            (Whip, view, "scope_insufficient"), (Whep, publish, "scope_insufficient"),
            ($"{Whip}.cellar", publish, "stream_forbidden"), ("whep/another-night", view, "stream_forbidden"),
        })
        {
            var answer = await PostAsync(path, token);
            Assert.Equal((HttpStatusCode.Forbidden, code), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
            Assert.Contains("error=\"insufficient_scope\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_event_that_the_relay_does_not_know_has_no_stream()
    {
        var answer = await PostAsync("whip/another-night", _rig.Issuer.Publish("another-night"));
        Assert.Equal((HttpStatusCode.NotFound, "unknown_stream"), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
    }

    [Fact]
    public async Task The_events_phase_opens_and_closes_its_streams()
    {
        var (publish, view) = (_rig.Issuer.Publish(RelayRig.EventId), _rig.Issuer.View(RelayRig.EventId));
        await _rig.PhaseAsync(EventPhase.Announced);
        var early = await PostAsync(Whip, publish);
        Assert.Equal((HttpStatusCode.Conflict, "stream_not_open"), (early.StatusCode, await RelayRig.CodeAsync(early)));
        Assert.NotNull(early.Headers.RetryAfter);

        await _rig.PhaseAsync(EventPhase.Provisioned);
        var camera = await _rig.Caller().OnAirAsync(publish);
        await _rig.PhaseAsync(EventPhase.Wrapped);
        var late = await PostAsync(Whip, publish);
        Assert.Equal((HttpStatusCode.Gone, "stream_over"), (late.StatusCode, await RelayRig.CodeAsync(late)));
        await camera.UntilSeenAsync(await _rig.Caller().WatchingAsync(view), 1);

        await _rig.PhaseAsync(EventPhase.Dropping);
        Assert.Equal("stream_over", await RelayRig.CodeAsync(await PostAsync(Whep, view)));
    }

    [Theory]
    [InlineData("application/json", "{}", HttpStatusCode.UnsupportedMediaType, "media_type_unsupported")]
    [InlineData("application/sdp", "hello", HttpStatusCode.BadRequest, "offer_malformed")]
    [InlineData("application/sdp", "", HttpStatusCode.BadRequest, "offer_malformed")]
    [InlineData("application/sdp", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", HttpStatusCode.NotAcceptable, "nothing_to_receive")]
    public async Task A_body_that_is_no_offer_is_told_what_is_wrong(string type, string body, HttpStatusCode status, string code)
    {
        var answer = await _rig.SendAsync(HttpMethod.Post, Whip, _rig.Issuer.Publish(RelayRig.EventId), body, type);
        Assert.Equal((status, code), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
    }

    [Fact]
    public async Task A_body_past_the_bound_is_refused()
    {
        var body = new string('a', SessionDescription.MaxLength + 1);
        var answer = await _rig.SendAsync(HttpMethod.Post, Whip, _rig.Issuer.Publish(RelayRig.EventId), body);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
    }

    [Fact]
    public async Task Codecs_that_the_relay_does_not_carry_and_offers_of_bad_form_are_told_apart()
    {
        var caller = _rig.Caller();
        var token = _rig.Issuer.Publish(RelayRig.EventId);
        var theora = caller.Offer("sendonly", "theora/90000").Replace("opus/48000/2", "speex/16000", StringComparison.Ordinal);
        var media = await _rig.SendAsync(HttpMethod.Post, Whip, token, theora);
        Assert.Equal((HttpStatusCode.NotAcceptable, "codec_not_supported"), (media.StatusCode, await RelayRig.CodeAsync(media)));
        var unbundled = caller.Offer("sendonly").Replace("a=group:BUNDLE 0 1\r\n", "", StringComparison.Ordinal);
        var form = await _rig.SendAsync(HttpMethod.Post, Whip, token, unbundled);
        Assert.Equal((HttpStatusCode.BadRequest, "bundle_required"), (form.StatusCode, await RelayRig.CodeAsync(form)));
    }

    [Fact]
    public async Task A_viewer_that_cannot_take_the_streams_codec_is_told_so()
    {
        await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var answer = await _rig.Caller().ViewAsync(_rig.Issuer.View(RelayRig.EventId), video: "VP8/90000");
        Assert.Equal((HttpStatusCode.NotAcceptable, "codec_not_supported"), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
    }

    [Theory]
    [InlineData("GET", Whip, "POST")]
    [InlineData("PUT", Whip, "POST")]
    [InlineData("GET", Whip + "/session", "DELETE")]
    [InlineData("POST", Whep + "/session", "PATCH")]
    public async Task Another_method_is_refused_and_told_those_there_are(string method, string path, string allowed)
    {
        var answer = await _rig.SendAsync(new HttpMethod(method), path, _rig.Issuer.Publish(RelayRig.EventId));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains(allowed, answer.Content.Headers.Allow);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string? token) =>
        _rig.SendAsync(HttpMethod.Post, path, token, _rig.Caller().Offer(path.StartsWith("whip", StringComparison.Ordinal) ? "sendonly" : "recvonly"));
}
