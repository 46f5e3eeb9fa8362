using System.Net;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Signalling;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>Shows over WHIP and WHEP: HTTP, ICE, DTLS and SRTP over loopback.</summary>
public sealed class WhipWhepTests : IAsyncLifetime
{
    private RelayRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RelayRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Pictures_go_from_a_publisher_to_a_viewer()
    {
        var camera = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        await camera.UntilSeenAsync(viewer, 1);
    }

    [Fact]
    public async Task A_created_session_is_answered_as_the_RFC_has_it()
    {
        var caller = _rig.Caller();
        var answer = await caller.PublishAsync(_rig.Issuer.Publish(RelayRig.EventId));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("application/sdp", answer.Content.Headers.ContentType!.MediaType);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
        Assert.NotEqual(true, answer.Headers.TransferEncodingChunked);
        Assert.StartsWith($"/whip/{RelayRig.EventId}/", caller.Location, StringComparison.Ordinal);
        Assert.Equal("application/trickle-ice-sdpfrag", Assert.Single(answer.Headers.GetValues("Accept-Patch")));
        Assert.False(answer.Headers.ETag!.IsWeak);
        Assert.True(SessionDescription.TryParse(body, out var sdp));
        Assert.True(sdp.Has("ice-lite"));
        Assert.All(sdp.Media, media => Assert.True(media.Has("recvonly")));
    }

    [Fact]
    public async Task A_deleted_session_answers_200_and_is_gone()
    {
        var token = _rig.Issuer.Publish(RelayRig.EventId);
        var camera = await _rig.Caller().OnAirAsync(token);
        Assert.Equal(HttpStatusCode.OK, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, token)).StatusCode);
        await RelayRig.UntilAsync(() => camera.Client.IsClosed);
        var again = await _rig.SendAsync(HttpMethod.Delete, camera.Location!, token);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_session"), (again.StatusCode, await RelayRig.CodeAsync(again)));
        await _rig.UntilOnLoopAsync(() => _rig.Media.Streams.Find(RelayRig.EventId) is null);
    }

    [Fact]
    public async Task A_session_whose_peer_goes_is_gone_with_it()
    {
        var token = _rig.Issuer.Publish(RelayRig.EventId);
        var camera = await _rig.Caller().OnAirAsync(token);
        await _rig.ClientLoop.InvokeAsync(camera.Client.Dispose);
        await _rig.UntilOnLoopAsync(() => _rig.Service<SessionDesk>().Sessions.Count == 0);
        Assert.Equal(HttpStatusCode.NotFound, (await _rig.SendAsync(HttpMethod.Delete, camera.Location!, token)).StatusCode);
    }

    [Fact]
    public async Task A_second_publisher_is_refused_while_the_first_is_on()
    {
        var camera = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        await camera.SendAsync(1);
        var other = await _rig.Caller().PublishAsync(_rig.Issuer.Publish(RelayRig.EventId));
        Assert.Equal((HttpStatusCode.Conflict, "already_published"), (other.StatusCode, await RelayRig.CodeAsync(other)));
    }

    [Fact]
    public async Task A_publisher_that_may_takes_over_and_the_viewer_stays_connected()
    {
        var first = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        await first.UntilSeenAsync(viewer, 1);
        var second = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId, takeOver: true));
        await second.UntilSeenAsync(viewer, 2);
        await RelayRig.UntilAsync(() => first.Client.IsClosed);
        Assert.False(viewer.Client.IsClosed);
        Assert.Equal(2, await _rig.Media.Loop.InvokeAsync(() => _rig.Service<SessionDesk>().Sessions.Count));
    }

    [Fact]
    public async Task An_encoder_that_crashed_comes_back_with_its_token_while_its_old_session_is_still_there()
    {
        var token = _rig.Issuer.Publish(RelayRig.EventId);
        var first = await _rig.Caller().OnAirAsync(token);
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        await first.UntilSeenAsync(viewer, 1);
        // It is silent from here on, and no close_notify tells the relay.
        HttpResponseMessage? answer = null;
        var second = _rig.Caller();
        await RelayRig.UntilAsync(async () =>
        {
            answer = await second.PublishAsync(token);
            return answer.StatusCode == HttpStatusCode.Created;
        });
        await second.ConnectAsync(answer!);
        await second.UntilSeenAsync(viewer, 2);
        Assert.False(viewer.Client.IsClosed);
    }

    [Fact]
    public async Task A_viewer_that_comes_before_the_publisher_is_told_to_try_again_and_then_sees_it()
    {
        var token = _rig.Issuer.View(RelayRig.EventId);
        var early = await _rig.Caller().ViewAsync(token);
        Assert.Equal((HttpStatusCode.Conflict, "stream_not_live"), (early.StatusCode, await RelayRig.CodeAsync(early)));
        Assert.Equal(TimeSpan.FromSeconds(1), early.Headers.RetryAfter!.Delta);
        var camera = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var viewer = await _rig.Caller().WatchingAsync(token);
        await camera.UntilSeenAsync(viewer, 1);
    }

    [Fact]
    public async Task Viewers_wait_for_a_publisher_that_went_and_see_the_next()
    {
        var first = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        await _rig.ClientLoop.InvokeAsync(first.Client.Dispose);
        await _rig.UntilOnLoopAsync(() => _rig.Media.Streams.Find(RelayRig.EventId)!.Publisher is null);
        var late = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        var second = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        await second.UntilSeenAsync(viewer, 2);
        await second.UntilSeenAsync(late, 2);
    }

    [Fact]
    public async Task A_publisher_with_other_codecs_sends_waiting_viewers_away_and_not_those_who_watch()
    {
        var first = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(RelayRig.EventId));
        var differs = await _rig.Caller().PublishAsync(_rig.Issuer.Publish(RelayRig.EventId, takeOver: true), video: "VP8/90000");
        Assert.Equal((HttpStatusCode.Conflict, "format_differs"), (differs.StatusCode, await RelayRig.CodeAsync(differs)));
        await _rig.ClientLoop.InvokeAsync(first.Client.Dispose);
        await _rig.UntilOnLoopAsync(() => _rig.Media.Streams.Find(RelayRig.EventId)!.Publisher is null);
        var second = _rig.Caller();
        await second.ConnectAsync(await second.PublishAsync(_rig.Issuer.Publish(RelayRig.EventId), video: "VP8/90000"));
        await RelayRig.UntilAsync(() => viewer.Client.IsClosed);
    }

    [Fact]
    public async Task A_stage_is_a_stream_of_its_own()
    {
        const string Stage = RelayRig.EventId + ".cellar";
        var main = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(RelayRig.EventId));
        var cellar = await _rig.Caller().OnAirAsync(_rig.Issuer.Publish(Stage), Stage);
        var viewer = await _rig.Caller().WatchingAsync(_rig.Issuer.View(Stage), Stage);
        await main.SendAsync(1);
        await cellar.UntilSeenAsync(viewer, 2);
        Assert.DoesNotContain(viewer.Pictures, picture => picture[^1] == 1);
    }

    [Fact]
    public async Task A_relay_that_was_restarted_lets_the_same_tokens_in_without_a_line_to_the_cloud()
    {
        var (publish, view) = (_rig.Issuer.Publish(RelayRig.EventId), _rig.Issuer.View(RelayRig.EventId));
        await _rig.Caller().OnAirAsync(publish);
        await _rig.RestartAsync();
        var camera = await _rig.Caller().OnAirAsync(publish);
        var viewer = await _rig.Caller().WatchingAsync(view);
        await camera.UntilSeenAsync(viewer, 1);
    }
}
