using System.Net;
using Marquee.Domain.Contracts;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Signalling;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>What happens to sessions that are there: trickle ICE, ICE restarts, expiry, revocation, the relay's bounds.</summary>
public sealed class SessionOperationsTests : IAsyncLifetime
{
    private const string FragmentType = "application/trickle-ice-sdpfrag";
    private const string Restart = "a=ice-ufrag:clnt\r\na=ice-pwd:another-password-of-22-chars\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n";

    private RelayRig _rig = null!;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _rig = await RelayRig.StartAsync();
        _token = _rig.Issuer.Publish(RelayRig.EventId);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Candidates_that_trickle_in_are_taken_without_a_word()
    {
        var camera = await OpenAsync();
        var client = camera.Client;
        var fragment = $"a=ice-ufrag:{client.Ufrag}\r\na=ice-pwd:{client.Password}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
            + "a=candidate:1 1 udp 1 192.0.2.9 5000 typ host\r\na=end-of-candidates\r\n";
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(camera, fragment, camera.ETag)).StatusCode);
    }

    [Fact]
    public async Task A_restart_gives_new_credentials_and_the_media_goes_on_under_them()
    {
        var camera = await _rig.Caller().OnAirAsync(_token);
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        await camera.UntilSeenAsync(viewer, 1);

        var answer = await PatchAsync(camera, Restart, "*");
        Assert.Equal((HttpStatusCode.OK, FragmentType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.NotEqual(camera.ETag, answer.Headers.ETag!.Tag);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(IceFragment.TryParse(text, out var fragment));
        Assert.Contains("a=mid:0", text, StringComparison.Ordinal);
        Assert.NotEmpty(fragment.Candidates);

        var answered = camera.Client.ChecksAnswered;
        await _rig.ClientLoop.InvokeAsync(() =>
        {
            camera.Client.UseCredentials(fragment.Ufrag!, fragment.Password!);
            camera.Client.Roam();
        });
        await RelayRig.UntilAsync(() => camera.Client.ChecksAnswered > answered);
        await camera.UntilSeenAsync(viewer, 2);

        var stale = await PatchAsync(camera, Restart, camera.ETag);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "precondition_failed"), (stale.StatusCode, await RelayRig.CodeAsync(stale)));
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(camera, "a=end-of-candidates\r\n", answer.Headers.ETag.Tag)).StatusCode);
    }

    [Fact]
    public async Task Half_a_restart_or_one_that_names_its_session_is_unfit()
    {
        var camera = await OpenAsync();
        foreach (var (fragment, condition) in new[] { ("a=ice-ufrag:other\r\n", "*"), (Restart, camera.ETag) })
        {
            var answer = await PatchAsync(camera, fragment, condition);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "fragment_unfit"), (answer.StatusCode, await RelayRig.CodeAsync(answer)));
        }
    }

    [Fact]
    public async Task A_patch_without_a_condition_of_another_type_or_of_no_form_is_refused()
    {
        var camera = await OpenAsync();
        var condition = await PatchAsync(camera, Restart, null);
        Assert.Equal((HttpStatusCode)428, condition.StatusCode);
        Assert.Equal("precondition_missing", await RelayRig.CodeAsync(condition));
        var type = await _rig.SendAsync(HttpMethod.Patch, camera.Location!, _token, Restart, "application/sdp", "*");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, type.StatusCode);
        var form = await PatchAsync(camera, "nonsense", "*");
        Assert.Equal((HttpStatusCode.BadRequest, "fragment_malformed"), (form.StatusCode, await RelayRig.CodeAsync(form)));
        var nobody = await _rig.SendAsync(HttpMethod.Patch, $"whip/{RelayRig.EventId}/nobody", _token, Restart, FragmentType, "*");
        Assert.Equal((HttpStatusCode.NotFound, "unknown_session"), (nobody.StatusCode, await RelayRig.CodeAsync(nobody)));
    }

    [Fact]
    public async Task A_session_is_only_reached_by_tokens_of_its_stream_and_scope()
    {
        var camera = await OpenAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, null)).StatusCode);
        var viewer = _rig.Issuer.View(RelayRig.EventId);
        Assert.Equal(HttpStatusCode.Forbidden, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, viewer)).StatusCode);
        // The id alone does not do under another kind of session, either.
        var elsewhere = camera.Location!.Replace("/whip/", "/whep/", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, elsewhere, viewer)).StatusCode);
        var another = _rig.Issuer.Publish(RelayRig.EventId);
        Assert.Equal(HttpStatusCode.OK, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, another)).StatusCode);
    }

    [Fact]
    public async Task A_token_that_expired_meanwhile_still_speaks_for_the_session_that_it_began_and_for_no_other()
    {
        var now = DateTimeOffset.UtcNow;
        var camera = _rig.Caller();
        var mine = _rig.Issuer.Sign(_rig.Issuer.Claims(RelayRig.EventId, "publish", now, id: "mine"));
        Assert.Equal(HttpStatusCode.Created, (await camera.PublishAsync(mine)).StatusCode);
        string Expired(string id) => _rig.Issuer.Sign(_rig.Issuer.Claims(RelayRig.EventId, "publish", now.AddHours(-3), id));
        var other = await _rig.SendAsync(HttpMethod.Delete, camera.Location!, Expired("not-mine"));
        Assert.Equal((HttpStatusCode.Unauthorized, "token_expired"), (other.StatusCode, await RelayRig.CodeAsync(other)));
        Assert.Equal(HttpStatusCode.OK, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, Expired("mine"))).StatusCode);
    }

    [Fact]
    public async Task A_revocation_ends_the_sessions_of_its_token_and_no_others()
    {
        var camera = await _rig.Caller().OnAirAsync(_token);
        var lost = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId, id: "lost-phone"));
        var kept = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId, id: "tv"));
        var access = _rig.Issuer.Access() with { RevokedTokens = [new RevokedToken("lost-phone", DateTimeOffset.UtcNow.AddHours(1))] };
        await _rig.ApplyAsync(ConfigureStreamAccess.CommandKey, access);
        await RelayRig.UntilAsync(() => lost.Client.IsClosed);
        await camera.UntilSeenAsync(kept, 1);

        var revoked = access with { RevokedStreams = [new RevokedStream(RelayRig.EventId, DateTimeOffset.UtcNow.AddSeconds(1))] };
        await _rig.ApplyAsync(ConfigureStreamAccess.CommandKey, revoked);
        await RelayRig.UntilAsync(() => kept.Client.IsClosed && camera.Client.IsClosed);
        await _rig.UntilOnLoopAsync(() => _rig.Service<SessionDesk>().Sessions.Count == 0);
    }

    [Fact]
    public async Task Revocations_and_keys_outlive_the_process()
    {
        await _rig.ApplyAsync(ConfigureStreamAccess.CommandKey, _rig.Issuer.Access() with
        {
            RevokedTokens = [new RevokedToken("lost-phone", DateTimeOffset.UtcNow.AddHours(1))],
        });
        await _rig.RestartAsync();
        var lost = await _rig.Caller().PublishAsync(_rig.Issuer.Publish(RelayRig.EventId, id: "lost-phone"));
        Assert.Equal((HttpStatusCode.Unauthorized, "token_revoked"), (lost.StatusCode, await RelayRig.CodeAsync(lost)));
        await OpenAsync();
    }

    [Fact]
    public async Task A_session_whose_client_never_connects_leaves_its_place_to_the_same_tokens_next_try()
    {
        await OpenAsync();
        await _rig.Caller().OnAirAsync(_token);
        await _rig.UntilOnLoopAsync(() => _rig.Service<SessionDesk>().Sessions.Count == 1);
    }

    private async Task<WebRtcCaller> OpenAsync()
    {
        var caller = _rig.Caller();
        Assert.Equal(HttpStatusCode.Created, (await caller.PublishAsync(_token)).StatusCode);
        return caller;
    }

    private Task<HttpResponseMessage> PatchAsync(WebRtcCaller caller, string fragment, string? condition) =>
        _rig.SendAsync(HttpMethod.Patch, caller.Location!, _token, fragment, FragmentType, condition);
}
