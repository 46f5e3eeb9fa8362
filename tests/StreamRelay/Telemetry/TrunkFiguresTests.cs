using Marquee.StreamRelay.Telemetry;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Tests.Trunk;
using Marquee.StreamRelay.Trunk.Links;

namespace Marquee.StreamRelay.Tests.Telemetry;

public sealed class TrunkFiguresTests
{
    [Fact]
    public void They_tell_of_links_loss_and_latency_from_the_first_relay_to_the_second()
    {
        var world = new World(3);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(25, 0.02), LinkConditions.Of(45, 0.01)]);
        berlin.Publish();
        world.Pass(10_000);
        trunk.Cut(1);
        world.Pass(1000);

        var figures = TrunkFigures.Of(trunk.Other, lisbon.Node.Feeds, lisbon.Node.Clock.ToMicroseconds(lisbon.Now));
        Assert.Equal(("berlin", true), (figures.Neighbour, figures.IsUp));
        Assert.True(figures is { Delivered: > 2000, Duplicates: > 1500, Lost: < 20 }, $"{figures}");
        Assert.Equal([LinkState.Up, LinkState.Silent], figures.Links.Select(link => link.State));
        Assert.InRange(figures.Links[0].RoundTripUs, 48_000, 56_000);
        Assert.True(figures.Links[1].SilenceUs >= 900_000);
        Assert.Equal([0, 1], figures.Links.Select(link => link.Silences));

        var feed = Assert.Single(figures.Feeds);
        Assert.InRange(feed.FromIngest.P50Us, 24_000, 32_000);
        Assert.InRange(feed.FromIngest.P95Us, 24_000, 55_000);
        Assert.InRange(feed.UncertaintyUs, 20_000, 30_000); // half of the least round trip
    }
}
