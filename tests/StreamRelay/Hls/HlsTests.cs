using System.Net;
using Marquee.Domain;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Hls;
using Marquee.StreamRelay.Tests.Signalling;

namespace Marquee.StreamRelay.Tests.Hls;

/// <summary>HLS over HTTP of a show of a real ffmpeg's, played by another.</summary>
public sealed class HlsTests
{
    private const string Root = $"hls/{TestPicture.Stream}/";

    [Fact]
    public async Task A_player_that_knows_only_the_address_plays_the_show()
    {
        await using var rig = await RelayRig.StartAsync(EventPhase.Live, TestPicture.Settings);
        var token = rig.Issuer.View(TestPicture.Stream);
        await LiveAsync(rig, token);
        var url = new Uri(rig.Http.BaseAddress!, $"{Root}index.m3u8?access_token={token}");
        using var folder = new TempFolder();
        await Decoding.RunAsync(
            "ffmpeg", "-nostdin", "-v", "error", "-i", url.AbsoluteUri, "-t", "2", "-map", "0:v", "-map", "0:a", "-c", "copy", folder.File("seen.mp4"));
        var (pictures, sounds, _) = await Decoding.ProbeAsync(folder.File("seen.mp4"));
        Assert.InRange(pictures, 50, 70);
        Assert.InRange(sounds, 85, 115);
    }

    [Fact]
    public async Task Reloads_wait_for_the_part_that_they_ask_for_and_hinted_parts_come_when_they_are_whole()
    {
        await using var rig = await RelayRig.StartAsync(EventPhase.Live, TestPicture.Settings);
        var token = rig.Issuer.View(TestPicture.Stream);
        await LiveAsync(rig, token);
        var rules = new PlaylistRules();
        var playlist = await TextAsync(rig, "media.m3u8", token);
        for (var i = 0; i < 6; i++)
        {
            rules.Check(playlist);
            var (sequence, part) = rig.Service<HlsService>().Find(TestPicture.Stream)!.Snapshot.Next;
            var hint = Hint(playlist);
            var hinted = rig.SendAsync(HttpMethod.Get, Root + hint, null);
            playlist = await TextAsync(rig, $"media.m3u8?_HLS_msn={sequence}&_HLS_part={part}", token);
            using var answer = await hinted;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("video/mp4", answer.Content.Headers.ContentType?.MediaType);
            Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 60 });
            var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal("moof"u8.ToArray(), bytes[4..8]);
            Assert.Contains(hint, playlist, StringComparison.Ordinal);
        }
        Assert.True(rules.Parts > 5);
    }

    [Fact]
    public async Task Who_may_not_or_asks_for_what_cannot_be_is_told_so()
    {
        await using var rig = await RelayRig.StartAsync(EventPhase.Live, TestPicture.Settings);
        var token = rig.Issuer.View(TestPicture.Stream);
        await LiveAsync(rig, token);
        await RefusedAsync("index.m3u8", null, HttpStatusCode.Unauthorized, "token_missing");
        await RefusedAsync("media.m3u8", rig.Issuer.Publish(TestPicture.Stream), HttpStatusCode.Forbidden, "scope_insufficient");
        await RefusedAsync("media.m3u8?_HLS_part=1", token, HttpStatusCode.BadRequest, "hls_directive_invalid");
        await RefusedAsync("media.m3u8?_HLS_msn=x", token, HttpStatusCode.BadRequest, "hls_directive_invalid");
        await RefusedAsync($"media.m3u8?_HLS_msn={long.MaxValue}", token, HttpStatusCode.BadRequest, "hls_directive_invalid");
        await RefusedAsync("1.0-000000000000000000.m4s", token, HttpStatusCode.NotFound, "unknown_segment");

        async Task RefusedAsync(string path, string? with, HttpStatusCode status, string code)
        {
            using var answer = await rig.SendAsync(HttpMethod.Get, Root + path, with);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(code, await RelayRig.CodeAsync(answer));
        }
    }

    [Fact]
    public async Task A_stream_that_nobody_publishes_is_not_there_and_is_not_cut()
    {
        await using var rig = await RelayRig.StartAsync();
        using var answer = await rig.SendAsync(HttpMethod.Get, Root + "index.m3u8", rig.Issuer.View(TestPicture.Stream));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("stream_not_live", await RelayRig.CodeAsync(answer));
        Assert.Equal(0, rig.Service<HlsService>().Count);
    }

    private static async Task LiveAsync(RelayRig rig, string token)
    {
        await rig.UntilOnLoopAsync(() => rig.Media.Streams.Find(TestPicture.Stream)?.Publisher is not null);
        Assert.Equal(0, rig.Service<HlsService>().Count);
        var text = await TextAsync(rig, "index.m3u8", token);
        Assert.Contains("CODECS=\"avc1.42c00d,opus\",RESOLUTION=320x180", text, StringComparison.Ordinal);
        Assert.EndsWith("\nmedia.m3u8\n", text, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(RelayRig rig, string path, string token)
    {
        using var answer = await rig.SendAsync(HttpMethod.Get, Root + path, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/vnd.apple.mpegurl", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static string Hint(string playlist) => playlist.Split("PRELOAD-HINT:TYPE=PART,URI=\"")[1].Split('"')[0];
}
