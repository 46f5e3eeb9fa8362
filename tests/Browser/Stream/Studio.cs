using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Tests.Tokens;
using Microsoft.Playwright;

namespace Marquee.Browser.Tests.Stream;

/// <summary>Browsers that show and send, one after the other: a picture takes most of a core.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StreamCollection
{
    public const string Name = "stream";
}

/// <summary>What a test of a show needs: relays, a browser, a temporary folder for them.</summary>
internal sealed class Studio : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TokenIssuer _issuer = new();
    private readonly List<ShowRelay> _relays = [];
    private Chromium _chromium = null!;

    /// <summary>A browser and one relay.</summary>
    public static async Task<(Studio Studio, ShowRelay Relay)> OpenAsync(params string[] settings)
    {
        var studio = new Studio { _chromium = await Chromium.StartAsync() };
        return (studio, await studio.RelayAsync("berlin", settings));
    }

    public async Task<ShowRelay> RelayAsync(string popId, params string[] settings)
    {
        var relay = new ShowRelay(popId, _folder.File(popId), _issuer, settings);
        _relays.Add(relay);
        await relay.StartAsync(TestContext.Current.CancellationToken);
        return relay;
    }

    public Task<IPage> WindowAsync(int width = 1000, int height = 760) => _chromium.OpenAsync(width, height);

    public async Task<PlayerView> WatchAsync(Uri player) => await PlayerView.OpenAsync(await WindowAsync(), player);

    /// <summary>A creator with the browser's own camera, on the page that sends.</summary>
    public async Task<IPage> GoLiveAsync(Uri publish)
    {
        var page = await WindowAsync();
        await page.GotoAsync(publish.AbsoluteUri);
        await page.ClickAsync("#camera");
        await page.ClickAsync("#go");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        foreach (var relay in _relays) await relay.DisposeAsync();
        _issuer.Dispose();
        _folder.Dispose();
    }
}
