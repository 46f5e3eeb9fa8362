using Marquee.StreamRelay.Tests.Impairment;

namespace Marquee.Browser.Tests.Stream;

/// <summary>A show at one PoP, seen at another, over links that lose and die.</summary>
[Collection(StreamCollection.Name)]
public sealed class TrunkTests
{
    [Fact]
    public async Task A_link_that_dies_costs_no_packet_and_no_frame()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var pops = await TwoPops.StartAsync(cancellation, LinkConditions.Of(20, loss: 0.01), LinkConditions.Of(25, loss: 0));
        await using var chromium = await Chromium.StartAsync();
        await GlassClock.PublishAsync(await chromium.OpenAsync(), pops.Berlin.Publish());
        var viewer = await PlayerView.OpenAsync(await chromium.OpenAsync(), pops.Lisbon.Player());
        await viewer.PlaysAsync(60);
        var before = await LossAsync(viewer);
        await GlassClock.WatchAsync(viewer.Page);

        pops.Links[0].Cut();
        await viewer.PlaysAsync(90);

        Assert.Equal(before, await LossAsync(viewer));
        Assert.Equal(1, viewer.Sessions);
        var shown = await GlassClock.TakeAsync(viewer.Page);
        // The clock came through readable: it is this show, and whole frames of it.
        Assert.True(shown.Milliseconds.Length > 10 * shown.Unreadable, $"{shown.Milliseconds.Length} frames read, {shown.Unreadable} not");
        Assert.Empty(viewer.Errors);
    }

    /// <summary>Packets that never came, and pictures that had to be asked for anew because of it.</summary>
    private static async Task<(double Lost, double Asked)> LossAsync(PlayerView viewer) =>
        (await viewer.FigureAsync("packetsLost"), await viewer.FigureAsync("pictureRequests"));
}
