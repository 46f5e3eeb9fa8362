using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>A stream from one relay to the next.</summary>
public sealed class CarriageTests
{
    private static readonly LinkConditions Good = LinkConditions.Of(20, 0);

    [Fact]
    public void A_stream_published_at_one_relay_is_seen_at_the_other()
    {
        var world = new World();
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        world.Join(berlin, lisbon, [Good]);
        berlin.Publish();
        var (viewer, sink) = lisbon.View();
        world.Until(() => viewer.FirstFrame is not null);
        world.Pass(1000);
        Assert.True(sink.Packets.Count(p => p.Ssrc == 800) > 200);
        Assert.True(sink.Packets.Count(p => p.Ssrc == 700) > 40);
    }

    [Fact]
    public void Both_sides_come_up_whoever_begins_and_over_lossy_links()
    {
        var world = new World(7);
        var trunk = world.Join(world.AddPop("berlin"), world.AddPop("lisbon"), [LinkConditions.Of(50, 0.3), LinkConditions.Of(80, 0.3)]);
        world.Until(() => trunk.One.IsUp && trunk.Other.IsUp);
        world.Pass(5000);
        Assert.True(trunk.One.IsUp && trunk.Other.IsUp);
        Assert.Equal(0, trunk.One.Counters.Losses);
    }

    [Theory]
    [InlineData(nameof(TrunkMode.Duplicate))]
    [InlineData(nameof(TrunkMode.Primary))]
    [InlineData(nameof(TrunkMode.Weighted))]
    public void Each_packet_comes_once_in_every_mode(string mode)
    {
        var world = new World(3);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(25, 0), LinkConditions.Of(45, 0) with { Duplication = 0.05 }], Enum.Parse<TrunkMode>(mode));
        var camera = berlin.Publish();
        var ear = lisbon.Listen();
        world.Pass(2000);
        var from = world.Network.NowUs;
        world.Pass(3000);
        var sent = camera.SentUs.Where(s => s.Value > from && s.Value < from + 2_900_000).Select(s => s.Key);
        Assert.Empty(sent.Except(ear.Numbers));
        Assert.Equal(ear.Numbers.Count, ear.Heard.Count);
        Assert.Equal(0, trunk.One.Counters.Repeats);
    }
}
