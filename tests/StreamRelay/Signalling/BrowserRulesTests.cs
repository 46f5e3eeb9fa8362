using System.Net;
using System.Text.Json;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Signalling;
using Microsoft.Extensions.Configuration;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>What browsers need beyond the protocol (CORS, ICE servers), and what a relay at its bounds says.</summary>
public sealed class BrowserRulesTests
{
    private const string Whep = "whep/" + RelayRig.EventId;

    [Fact]
    public async Task A_preflight_is_answered_for_any_origin_and_reads_what_signalling_needs()
    {
        await using var rig = await RelayRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, Whep);
        request.Headers.Add("Origin", "https://band.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        var preflight = await rig.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, preflight.StatusCode);
        Assert.Equal("*", One(preflight, "Access-Control-Allow-Origin"));
        foreach (var method in new[] { "POST", "PATCH", "DELETE" })
            Assert.Contains(method, One(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        foreach (var header in new[] { "Authorization", "Content-Type", "If-Match" })
            Assert.Contains(header, One(preflight, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("application/sdp", One(preflight, "Accept-Post"));

        using var post = new HttpRequestMessage(HttpMethod.Post, Whep);
        post.Headers.Add("Origin", "https://band.example");
        var refused = await rig.Http.SendAsync(post, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "*"), (refused.StatusCode, One(refused, "Access-Control-Allow-Origin")));
        foreach (var header in new[] { "Location", "Link", "ETag", "Accept-Patch", "Retry-After" })
            Assert.Contains(header, One(refused, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_node_says_of_itself_is_not_open_to_other_origins()
    {
        await using var rig = await RelayRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/status");
        request.Headers.Add("Origin", "https://band.example");
        var answer = await rig.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Without_an_origin_OPTIONS_says_what_the_path_takes()
    {
        await using var rig = await RelayRig.StartAsync();
        var answer = await rig.SendAsync(HttpMethod.Options, "whip/" + RelayRig.EventId, null);
        Assert.Equal((HttpStatusCode.OK, "application/sdp"), (answer.StatusCode, One(answer, "Accept-Post")));
        Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Ice_servers_are_linked_in_the_answer()
    {
        await using var rig = await RelayRig.StartAsync(settings:
        [
            "--Signalling:IceServers:0:Url=stun:stun.example.net:3478",
            "--Signalling:IceServers:1:Url=turn:turn.example.net?transport=udp",
            "--Signalling:IceServers:1:Username=band",
            "--Signalling:IceServers:1:Credential=secret",
        ]);
        var answer = await rig.Caller().PublishAsync(rig.Issuer.Publish(RelayRig.EventId));
        Assert.Equal(
            [
                "<stun:stun.example.net:3478>; rel=\"ice-server\"",
                "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"band\"; credential=\"secret\"; credential-type=\"password\"",
            ],
            answer.Headers.GetValues("Link"));
    }

    [Theory]
    [InlineData("http://stun.example.net")]
    [InlineData("stun:a>, <turn:b")]
    public void An_ice_server_that_is_none_is_told_by_its_key(string url)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Signalling:IceServers:0:Url", url)]).Build();
        Assert.Contains("Signalling:IceServers:0:Url", Assert.Throws<EdgeConfigurationException>(() => SignallingSettings.From(configuration)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_is_full_says_when_to_try_again_and_keeps_nothing_of_who_was_refused()
    {
        await using var rig = await RelayRig.StartAsync(settings: ["--Media:MaxPeers=2"]);
        var camera = await rig.Caller().OnAirAsync(rig.Issuer.Publish(RelayRig.EventId));
        var first = await rig.Caller().WatchingAsync(rig.Issuer.View(RelayRig.EventId));
        var second = await rig.Caller().ViewAsync(rig.Issuer.View(RelayRig.EventId));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "peers_exhausted"), (second.StatusCode, await RelayRig.CodeAsync(second)));
        Assert.NotNull(second.Headers.RetryAfter);
        var stage = await rig.Caller().PublishAsync(rig.Issuer.Publish(RelayRig.EventId + ".cellar"), RelayRig.EventId + ".cellar");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stage.StatusCode);
        await rig.UntilOnLoopAsync(() => rig.Media.Streams.Find(RelayRig.EventId)!.ViewerCount == 1
            && rig.Media.Streams.Find(RelayRig.EventId + ".cellar") is null);

        await rig.ClientLoop.InvokeAsync(first.Client.Dispose);
        await rig.UntilOnLoopAsync(() => rig.Service<SessionDesk>().Sessions.Count == 1);
        await camera.UntilSeenAsync(await rig.Caller().WatchingAsync(rig.Issuer.View(RelayRig.EventId)), 1);
    }

    [Fact]
    public async Task A_streams_state_can_be_asked_for_by_anybody()
    {
        await using var rig = await RelayRig.StartAsync();
        var before = await rig.Http.GetStringAsync(new Uri("streams/" + RelayRig.EventId, UriKind.Relative), TestContext.Current.CancellationToken);
        var state = JsonDocument.Parse(before).RootElement;
        Assert.Equal(("Watch night", "live"), (state.GetProperty("title").GetString(), state.GetProperty("phase").GetString()));
        Assert.Equal((false, 0), (state.GetProperty("isLive").GetBoolean(), state.GetProperty("viewers").GetInt32()));
        var camera = await rig.Caller().OnAirAsync(rig.Issuer.Publish(RelayRig.EventId));
        await camera.UntilSeenAsync(await rig.Caller().WatchingAsync(rig.Issuer.View(RelayRig.EventId)), 1);
        await RelayRig.UntilAsync(async () =>
        {
            await camera.SendAsync(1);
            var now = await rig.Http.GetStringAsync(new Uri("streams/" + RelayRig.EventId, UriKind.Relative));
            return now.Contains("\"isLive\":true,\"viewers\":1", StringComparison.Ordinal);
        });
        var unknown = await rig.SendAsync(HttpMethod.Get, "streams/another-night", null);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_stream"), (unknown.StatusCode, await RelayRig.CodeAsync(unknown)));
    }

    private static string One(HttpResponseMessage answer, string header) => string.Join(", ", answer.Headers.GetValues(header));
}
