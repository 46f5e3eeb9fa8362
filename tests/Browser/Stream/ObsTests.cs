namespace Marquee.Browser.Tests.Stream;

/// <summary>What a broadcaster's OBS sends, viewers see.</summary>
[Collection(StreamCollection.Name)]
public sealed class ObsTests : IAsyncLifetime
{
    private Studio _studio = null!;
    private ShowRelay _relay = null!;

    public async ValueTask InitializeAsync() => (_studio, _relay) = await Studio.OpenAsync();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task A_show_from_OBS_plays_in_Chromium_and_ends_by_DELETE()
    {
        using var obs = await Obs.StartAsync(_relay.Publish(), TestContext.Current.CancellationToken);
        var viewer = await _studio.WatchAsync(_relay.Player());

        await viewer.PlaysAsync();
        Assert.Equal(640, await viewer.FigureAsync("width"));

        Assert.Equal(200, await obs.StopAsync(TestContext.Current.CancellationToken));
        await viewer.UntilAsync("still");
        Assert.Empty(viewer.Errors);
    }

    [Fact]
    public async Task A_phone_takes_over_from_OBS_and_viewers_stay()
    {
        using var obs = await Obs.StartAsync(_relay.Publish(), TestContext.Current.CancellationToken);
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();

        await _studio.GoLiveAsync(_relay.Publish(takeOver: true));

        await viewer.Page.WaitForFunctionAsync("() => window.marqueeFigures.width !== 640");
        await viewer.PlaysAsync();
        Assert.Equal(1, viewer.Sessions);
    }
}
