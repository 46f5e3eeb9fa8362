using static Microsoft.Playwright.Assertions;

namespace Marquee.Browser.Tests.Stream;

/// <summary>From a camera in one Chromium, by the relay, to the player in another.</summary>
[Collection(StreamCollection.Name)]
public sealed class ShowTests : IAsyncLifetime
{
    private Studio _studio = null!;
    private ShowRelay _relay = null!;

    public async ValueTask InitializeAsync() => (_studio, _relay) = await Studio.OpenAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task Who_is_early_waits_and_sees_the_show_when_it_begins()
    {
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.UntilAsync("waiting");
        await Expect(viewer.Page.GetByText("Starts soon").First).ToBeVisibleAsync();
        await Stage.KeepAsync(viewer.Page, "player-waiting");

        var creator = await _studio.GoLiveAsync(_relay.Publish());

        await viewer.PlaysAsync();
        await Expect(viewer.Page.Locator("#curtain")).ToBeHiddenAsync();
        await Expect(creator.Locator("#air")).ToContainTextAsync("On air");
        await Stage.KeepAsync(viewer.Page, "player-up");
        await Stage.KeepAsync(creator, "publisher-up");
        Assert.Empty(viewer.Errors);
    }

    [Fact]
    public async Task The_player_tells_how_far_behind_it_is_and_how_good_the_picture_is()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();

        await viewer.Page.Keyboard.PressAsync("i");

        await Expect(viewer.Page.Locator("#lag")).ToContainTextAsync("s behind");
        await Expect(viewer.Page.Locator("#figures")).ToContainTextAsync("H264, UDP");
        Assert.InRange(await viewer.FigureAsync("latencyMs"), 0, 5000);
        Assert.Equal(0, await viewer.FigureAsync("lossPercent"));
    }

    [Fact]
    public async Task A_viewer_who_leaves_ends_the_session()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();
        Assert.Equal(1, await ViewersAsync());

        await viewer.Page.GotoAsync("about:blank");

        while (await ViewersAsync() > 0) await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_sound_starts_at_a_tap()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();
        Assert.True(await viewer.Page.EvaluateAsync<bool>("document.getElementById('video').muted"));

        await viewer.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Tap for sound" }).ClickAsync();

        Assert.False(await viewer.Page.EvaluateAsync<bool>("document.getElementById('video').muted"));
        await Expect(viewer.Page.Locator("#sound")).ToBeHiddenAsync();
        await viewer.Page.Keyboard.PressAsync("m");
        Assert.True(await viewer.Page.EvaluateAsync<bool>("document.getElementById('video').muted"));
    }

    [Fact]
    public async Task A_token_that_does_not_count_is_told_in_words_and_a_new_one_helps()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(new Uri(_relay.Url, $"player/{ShowRelay.EventId}"));
        await viewer.UntilAsync("refused");
        await Expect(viewer.Page.GetByText("This seat needs a ticket").First).ToBeVisibleAsync();

        var token = _relay.Player().Fragment["#token=".Length..];
        await viewer.Page.EvaluateAsync("token => postMessage({ type: 'marquee.token', token })", token);

        await viewer.PlaysAsync();
    }

    private Task<int> ViewersAsync() => _relay.Media.Loop.InvokeAsync(() => _relay.Media.Streams.ViewerCount);
}
