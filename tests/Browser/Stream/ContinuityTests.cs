using static Microsoft.Playwright.Assertions;

namespace Marquee.Browser.Tests.Stream;

/// <summary>The show goes on: what breaks or changes behind a viewer does not concern them, or not for long.</summary>
[Collection(StreamCollection.Name)]
public sealed class ContinuityTests : IAsyncLifetime
{
    private Studio _studio = null!;
    private ShowRelay _relay = null!;

    public async ValueTask InitializeAsync() => (_studio, _relay) = await Studio.OpenAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task A_source_that_takes_over_is_seen_without_a_new_session()
    {
        var first = await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();

        await _studio.GoLiveAsync(_relay.Publish(takeOver: true));

        // The one that was replaced is told so, and does not take the stage back.
        await Expect(first.GetByText("Another sender has taken over the stage.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await viewer.PlaysAsync(60);
        Assert.Equal(1, viewer.Sessions);
        Assert.Empty(viewer.Errors);
    }

    [Fact]
    public async Task A_stage_that_goes_quiet_and_comes_back_keeps_its_viewers()
    {
        var first = await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();

        await first.ClickAsync("#go");
        await viewer.UntilAsync("still");
        await first.ClickAsync("#go");

        await viewer.PlaysAsync();
        Assert.Equal(1, viewer.Sessions);
    }

    [Fact]
    public async Task Sender_and_viewer_are_back_after_the_relay_was_restarted_under_them()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();

        await _relay.StopAsync();
        await viewer.UntilAsync("lost");
        await Stage.KeepAsync(viewer.Page, "player-lost");
        await _relay.StartAsync(TestContext.Current.CancellationToken);

        await viewer.PlaysAsync();
        Assert.Empty(viewer.Errors);
    }

    [Fact]
    public async Task An_ICE_restart_by_PATCH_goes_by_under_the_running_show()
    {
        var creator = await _studio.WindowAsync();
        await GlassClock.PublishAsync(creator, _relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();
        var before = await UfragAsync(creator);

        await creator.EvaluateAsync("window.line.mend()");

        await viewer.PlaysAsync(60);
        Assert.NotEqual(before, await UfragAsync(creator));
        Assert.Equal("connected", await creator.EvaluateAsync<string>("window.line.pc.connectionState"));
        Assert.Equal(1, viewer.Sessions);
    }

    private static Task<string> UfragAsync(Microsoft.Playwright.IPage creator) =>
        creator.EvaluateAsync<string>("window.line.pc.remoteDescription.sdp.match(/a=ice-ufrag:(.*)/)[1].trim()");
}
