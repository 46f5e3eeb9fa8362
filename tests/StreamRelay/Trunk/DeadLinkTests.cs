using CsCheck;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Links;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Links that lose and links that die.</summary>
public sealed class DeadLinkTests
{
    private const int SettledMs = 2000;

    [Fact]
    public void Whichever_link_is_cut_at_whatever_moment_nothing_is_lost_when_packets_go_twice() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1000], Gen.Int[5, 3000], Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[0, 8], Gen.Int[0, 1_000_000])
            .Sample(script =>
            {
                var (cut, at, forMs, delayA, delayB, jitter, seed) = script;
                var conditions = new[] { delayA, delayB }
                    .Select(d => LinkConditions.Of(d, 0) with { Jitter = TimeSpan.FromMilliseconds(jitter), Duplication = 0.01 }).ToArray();
                var world = new World(seed);
                var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
                var trunk = world.Join(berlin, lisbon, conditions);
                var ear = lisbon.Listen();
                var camera = berlin.Publish();
                world.Pass(SettledMs);
                var from = world.Network.NowUs;
                world.Pass(at);
                trunk.Cut(cut);
                world.Pass(forMs);
                trunk.Cut(cut, isCut: false);
                world.Pass(1000);
                var sent = camera.SentUs.Where(s => s.Value > from && s.Value < world.Network.NowUs - 200_000).Select(s => s.Key).ToList();
                Assert.Empty(sent.Except(ear.Numbers));
                Assert.Equal(ear.Numbers.Count, ear.Heard.Count);
            }, iter: 25);

    [Fact]
    public void What_both_links_lose_is_sent_again_within_the_budget_and_never_comes_after_it() =>
        Gen.Select(Gen.Int[5, 60], Gen.Int[0, 60], Gen.Int[40, 250], Gen.Double[0.0, 0.2], Gen.Int[0, 1_000_000]).Sample(script =>
        {
            var (delay, more, budget, loss, seed) = script;
            var world = new World(seed);
            var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
            var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(delay, loss), LinkConditions.Of(delay + more, loss)], budgetMs: budget);
            var ear = lisbon.Listen();
            var camera = berlin.Publish();
            world.Pass(4000);
            // What came first time may take as long as its link does.
            var late = Math.Max(budget, delay + more) * 1000L;
            Assert.All(ear.Heard.Where(h => h.AtUs > SettledMs * 1000), h => Assert.InRange(h.AtUs - camera.SentUs[h.Number], 0, late + 6_000));
            if (budget > (3 * delay) + more + 30) Assert.True(trunk.Other.Received.Missing.Lost <= camera.SentUs.Count * loss * loss * 0.25 + 3);
        }, iter: 25);

    [Fact]
    public void On_the_last_link_what_was_to_go_twice_still_does_and_single_losses_cost_nothing()
    {
        var world = new World(11);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(20, 0.01), LinkConditions.Of(20, 0.01)]);
        lisbon.Listen();
        var camera = berlin.Publish();
        world.Pass(SettledMs);
        trunk.Cut(1);
        world.Pass(1000);
        var (sent, lost) = (camera.SentUs.Count, trunk.Other.Received.Missing.Lost);
        world.Pass(20_000);
        sent = camera.SentUs.Count - sent;
        Assert.True(sent > 6000);
        // One in a hundred twice over: one in ten thousand. Without the second copy it is some fifty.
        Assert.InRange(trunk.Other.Received.Missing.Lost - lost, 0, 5);
    }

    [Fact]
    public void A_lone_link_that_loses_nothing_carries_everything_once()
    {
        var world = new World(12);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(20, 0), LinkConditions.Of(20, 0)]);
        lisbon.Listen();
        berlin.Publish();
        world.Pass(SettledMs);
        trunk.Cut(1);
        world.Pass(3000);
        var repeats = trunk.One.Counters.Repeats;
        world.Pass(3000);
        Assert.Equal(repeats, trunk.One.Counters.Repeats);
    }

    [Fact]
    public void A_stream_on_one_link_moves_to_the_other_when_it_falls_silent_and_does_not_flap()
    {
        var world = new World(5);
        var (berlin, lisbon) = (world.AddPop("berlin"), world.AddPop("lisbon"));
        var trunk = world.Join(berlin, lisbon, [LinkConditions.Of(10, 0), LinkConditions.Of(40, 0)], TrunkMode.Primary, budgetMs: 150);
        var ear = lisbon.Listen();
        var camera = berlin.Publish();
        world.Pass(5000);
        Assert.Equal(0, trunk.One.Choice.Primary);
        var from = world.Network.NowUs;
        trunk.Cut(0);
        world.Until(() => trunk.One.Choice.Primary == 1, 130);
        for (var i = 0; i < 10; i++)
        {
            trunk.Cut(0, isCut: false);
            world.Pass(400);
            trunk.Cut(0);
            world.Pass(400);
        }
        Assert.Equal(1, trunk.One.Choice.Switches);
        var sent = camera.SentUs.Where(s => s.Value > from && s.Value < world.Network.NowUs - 300_000).Select(s => s.Key).ToList();
        Assert.Empty(sent.Except(ear.Numbers));
        trunk.Cut(0, isCut: false);
        world.Pass(30_000);
        Assert.Equal(0, trunk.One.Choice.Primary);
        Assert.Equal(2, trunk.One.Choice.Switches);
    }

    [Fact]
    public void A_link_that_came_back_is_trusted_later_each_time()
    {
        var health = new LinkHealth();
        long nowUs = 1_000_000;
        var waits = new List<long>();
        health.Update(0, LinkHealth.SilenceUs, nowUs);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(health.Update(LinkHealth.SilenceUs, LinkHealth.SilenceUs, nowUs += 1000));
            var back = nowUs += 1000;
            while (health.State != LinkState.Up) health.Update(0, LinkHealth.SilenceUs, nowUs += 1000);
            waits.Add((nowUs - back) / 100_000);
        }
        Assert.Equal([10, 20, 40, 80], waits);
    }
}
