using CsCheck;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Links;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>What is known of links, clocks and satellites.</summary>
public sealed class MeasureTests
{
    [Fact]
    public void Another_clock_is_known_to_within_the_uncertainty_that_is_stated() =>
        Gen.Select(Gen.Long[-1_000_000_000, 1_000_000_000], Gen.Int[0, 80_000], Gen.Int[0, 80_000], Gen.Int[0, 20_000].Array[60], Gen.Int[-50, 50])
            .Sample(script =>
            {
                var (offset, there, back, jitter, drift) = script;
                var clock = new RemoteClock();
                for (var i = 0; i + 1 < jitter.Length; i += 2)
                {
                    var sent = 3_600_000_000 + (i * 500_000L);
                    var driven = offset + (i * 500_000L * drift / 1_000_000);
                    var received = sent + there + jitter[i];
                    var answered = received + 1000;
                    var now = answered + back + jitter[i + 1];
                    Assert.True(clock.Add(sent, received + driven, answered + driven, now) >= 0);
                    Assert.InRange(Math.Abs(clock.OffsetUs - driven), 0, clock.UncertaintyUs + 2);
                    var moment = now - 12_345;
                    Assert.InRange(clock.ToOurs((uint)(moment + driven), now) - moment, -clock.UncertaintyUs - 2, clock.UncertaintyUs + 2);
                }
            });

    [Fact]
    public void Clocks_of_relays_agree_over_the_trunk()
    {
        var world = new World(4);
        var berlin = world.AddPop("berlin");
        world.Pass(1234);
        var lisbon = world.AddPop("lisbon");
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(30, 0.01) with { Jitter = TimeSpan.FromMilliseconds(8) }, LinkConditions.Of(10, 0.01)]);
        berlin.Publish();
        lisbon.Listen();
        world.Pass(5000);
        // Lisbon's counting began 1.234 s later.
        Assert.InRange(trunk.One.Clock.OffsetUs, -1_235_500, -1_232_500);
        Assert.InRange(trunk.One.Clock.UncertaintyUs, 9_000, 13_000);
        Assert.InRange(Assert.Single(lisbon.Node.Feeds).FromIngest.PercentileUs(0.5), 9_000, 13_000);
    }

    [Fact]
    public void Loss_round_trip_and_goodput_of_a_link_are_measured()
    {
        var world = new World(4);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(30, 0.1), LinkConditions.Of(10, 0)]);
        berlin.Publish();
        world.Pass(8000);
        Assert.InRange(trunk.One.Links[0].LossThere, 0.05, 0.15);
        Assert.Equal(0, trunk.One.Links[1].LossThere);
        Assert.InRange(trunk.One.Links[0].RoundTrips.MeanUs, 59_000, 63_000);
        Assert.InRange(trunk.Other.Links[1].Transit.MeanUs, 9_000, 12_000);
        var nowUs = lisbon.Node.Clock.ToMicroseconds(lisbon.Now);
        Assert.InRange(trunk.Other.Links[1].ReceivedRate.BitsPerSecond(nowUs), 250_000, 450_000);
    }

    [Fact]
    public void The_phase_of_a_satellite_is_learned_and_packets_go_twice_around_it()
    {
        var world = new World(9);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var satellite = LinkConditions.Of(25, 0.001) with { SlotAt = TimeSpan.FromSeconds(7), SlotOutage = TimeSpan.FromMilliseconds(50) };
        var trunk = world.Join(berlin, lisbon, [satellite, LinkConditions.Of(60, 0)], TrunkMode.Primary, budgetMs: 60);
        var ear = lisbon.Listen();
        var camera = berlin.Publish();
        camera.PacketsPerFrame = 5;
        world.Pass(80_000);
        Assert.NotNull(trunk.One.Links[0].Slots.EdgeUs);
        Assert.Null(trunk.One.Links[1].Slots.EdgeUs);
        // From here on an edge costs nothing, though what is lost on it could not be sent again in time.
        var from = world.Network.NowUs;
        world.Pass(45_000);
        var lost = camera.SentUs.Where(s => s.Value > from && s.Value < world.Network.NowUs - 300_000 && !ear.Numbers.Contains(s.Key)).ToList();
        Assert.All(lost, s => Assert.False(IsAtEdge(s.Value)));
        Assert.Contains(camera.SentUs, s => s.Value < 40_000_000 && s.Value > 3_000_000 && IsAtEdge(s.Value) && !ear.Numbers.Contains(s.Key));
    }

    [Fact]
    public void Losses_here_and_there_are_no_phase()
    {
        var slots = new SlotPhase();
        var random = new Random(3);
        for (long nowUs = 3_600_000_000; nowUs < 3_900_000_000; nowUs += 20_000)
        {
            slots.Tick(nowUs);
            if (random.NextDouble() < 0.05) slots.OnLoss(1, nowUs);
            Assert.Null(slots.EdgeUs);
        }
    }

    private static bool IsAtEdge(long us) => us % 15_000_000 is >= 7_000_000 and < 7_050_000;
}
