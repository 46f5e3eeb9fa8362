using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Player;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Marquee.StreamRelay.Tests.Player;

/// <summary>The pages as they are served. What they do in a browser is in the browser's tests.</summary>
public sealed partial class PlayerPageTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private WebApplication _relay = null!;

    public async ValueTask InitializeAsync()
    {
        await using var away = new Bus(_folder.File("bus"));
        _relay = RelayHost.Create(
        [
            "--urls=http://127.0.0.1:0", "--Media:Port=0", "--Edge:PopId=berlin", $"--Edge:DataPath={_folder.Path}",
            $"--EdgeSync:EventsConnection={away.EventsConnection}", $"--EdgeSync:CommandsConnection={away.CommandsConnection}",
            $"--EdgeSync:CommandSubscription={Bus.Subscription}", "--Player:FrameAncestors=https://shows.example",
        ]);
        await _relay.StartAsync(TestContext.Current.CancellationToken);
        _http.BaseAddress = new Uri(_relay.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _relay.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/player/watch-night")]
    [InlineData("/player/watch-night.cellar")]
    [InlineData("/publish/watch-night")]
    public async Task All_that_a_page_refers_to_is_there_and_may_be_kept_for_ever(string path)
    {
        var page = await TextAsync(path);
        var references = References(new Uri(_http.BaseAddress!, path), page);
        Assert.NotEmpty(references);
        var seen = new HashSet<Uri>();
        while (references.FirstOrDefault(r => !seen.Contains(r)) is { } next)
        {
            seen.Add(next);
            using var answer = await _http.GetAsync(next, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalDays: >= 365 }, next.ToString());
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            references = [.. references, .. References(next, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))];
        }
        Assert.Contains(seen, uri => uri.AbsolutePath.EndsWith(".css", StringComparison.Ordinal));
        Assert.Contains(seen, uri => Path.GetFileName(uri.AbsolutePath).StartsWith("resource.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_player_runs_its_own_scripts_only_and_is_framed_by_those_who_are_named()
    {
        var policy = await PolicyAsync("/player/watch-night");
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self';", policy);
        Assert.EndsWith("frame-ancestors 'self' https://shows.example", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.EndsWith("frame-ancestors 'none'", await PolicyAsync("/publish/watch-night"));
    }

    [Fact]
    public async Task A_page_is_asked_for_again_and_not_sent_again()
    {
        using var first = await _http.GetAsync("/player/watch-night", TestContext.Current.CancellationToken);
        Assert.True(first.Headers.CacheControl?.NoCache);
        Assert.Equal("no-referrer", Assert.Single(first.Headers.GetValues("Referrer-Policy")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/player/watch-night");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/player/Watch%20Night", "unknown_stream")]
    [InlineData("/player/a.b.c", "unknown_stream")]
    [InlineData("/player/assets/player.js", "unknown_asset")]
    public async Task What_is_no_stream_and_no_file_is_not_found(string path, string code)
    {
        using var answer = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_clock_is_that_of_the_sender_reports()
    {
        using var answer = JsonDocument.Parse(await TextAsync("/player/clock/now"));
        var since1900 = TimeSpan.FromMilliseconds(answer.RootElement.GetProperty("ntpMilliseconds").GetDouble());
        var told = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero) + since1900;
        Assert.InRange((DateTimeOffset.UtcNow - told).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(null, "'self'")]
    [InlineData("https://a.example  https://*.b.example:8443", "'self' https://a.example https://*.b.example:8443")]
    [InlineData("http://[::1]:7071", "'self' http://[::1]:7071")]
    public void Framing_pages_are_named_by_their_origins(string? configured, string policy) =>
        Assert.Equal(policy, PlayerSettings.From(Configuration(configured)).FrameAncestors);

    [Theory]
    [InlineData("*")]
    [InlineData("shows.example")]
    [InlineData("https://shows.example/")]
    [InlineData("https://shows.example/path")]
    [InlineData("https://a.example; script-src *")]
    [InlineData("https://a.example\u000d\u000aSet-Cookie:x")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user@a.example")]
    public void What_is_no_origin_stops_the_relay(string configured) =>
        Assert.Throws<EdgeConfigurationException>(() => PlayerSettings.From(Configuration(configured)));

    private static IConfiguration Configuration(string? value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Player:FrameAncestors", value)]).Build();

    private async Task<string> PolicyAsync(string path)
    {
        using var answer = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        return Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
    }

    private Task<string> TextAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static IReadOnlyList<Uri> References(Uri from, string text) =>
        [.. Reference().Matches(text).Select(match => new Uri(from, match.Groups[1].Value))];

    [GeneratedRegex("""(?:href=|src=|from )"(\.{1,2}/[^"]+)"\W""")]
    private static partial Regex Reference();
}
