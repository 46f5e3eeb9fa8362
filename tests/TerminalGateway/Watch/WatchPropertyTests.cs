using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Tests.Watch.Traffic;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class WatchPropertyTests
{
    private static readonly int[] SomeSeeds = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void A_replay_gives_the_same_alerts()
    {
        foreach (var seed in SomeSeeds)
        {
            var evening = EveningGenerator.Make(seed, EveningGenerator.LastDay, attacks: 4);
            var alerts = Run(evening.Observations);
            Assert.NotEmpty(alerts);
            Assert.Equal(Text(alerts), Text(Run(evening.Observations)));
        }
    }

    [Fact]
    public void The_order_of_different_terminals_observations_does_not_matter()
    {
        foreach (var seed in SomeSeeds)
        {
            // What concerns all of them keeps its place: a terminal's observations are mixed anew with the others' between two looks.
            var evening = EveningGenerator.Make(seed, EveningGenerator.LastDay, attacks: 4);
            var dice = new Dice(seed);
            var mixed = new List<Observation>();
            var between = new List<TerminalObservation>();
            foreach (var observation in evening.Observations)
            {
                if (observation is TerminalObservation one)
                {
                    between.Add(one);
                    continue;
                }

                var rank = between.Select(o => o.TerminalId).Distinct().ToDictionary(t => t, _ => dice.Below(1000));
                mixed.AddRange(between.OrderBy(o => rank[o.TerminalId]));
                mixed.Add(observation);
                between.Clear();
            }

            mixed.AddRange(between.OrderByDescending(o => o.TerminalId));
            Assert.NotEqual(evening.Observations, mixed);
            Assert.Equal(Text(ByTerminal(Run(evening.Observations))), Text(ByTerminal(Run(mixed))));
        }
    }

    [Fact]
    public void What_was_learnt_is_the_same_after_it_was_stored_and_read()
    {
        var watch = new AnomalyWatch(VenuePrior.Default);
        foreach (var observation in EveningGenerator.Make(1, 0, attacks: 0).Observations) watch.See(observation);
        foreach (var (_, state) in watch.Baselines)
        {
            var read = JsonSerializer.Deserialize<BaselineState>(JsonSerializer.Serialize(state, ContractJson.Options), ContractJson.Options)!;
            Assert.Equal(Text(state), Text(new TerminalBaseline(VenuePrior.Default, read).State));
        }
    }

    [Fact]
    public void A_venue_that_was_learnt_is_expected_of_its_next_terminal()
    {
        var watch = new AnomalyWatch(VenuePrior.Default);
        foreach (var observation in EveningGenerator.Make(1, 0, attacks: 0).Observations) watch.See(observation);
        var prior = VenuePrior.Of(watch.Baselines.Select(b => b.State));
        Assert.NotEqual(VenuePrior.Default.SmallShare, prior.SmallShare);
        Assert.Equal(prior.SmallShare, new TerminalBaseline(prior).SmallShare);
        Assert.Equal(VenuePrior.Default, VenuePrior.Of([]));
    }

    [Fact]
    public void A_flood_of_made_up_terminals_forgets_itself_and_not_the_one_that_sells()
    {
        var scene = new WatchScene();
        scene.SellMany(100);
        for (var i = 0; i < AnomalyWatch.MaxTerminals * 3; i++) scene.Sell(terminal: $"made-up-{i}", afterSeconds: 0.01);
        Assert.Equal(AnomalyWatch.MaxTerminals, scene.Watch.TerminalCount);
        Assert.Equal(100, scene.Watch.Baselines.Single(b => b.TerminalId == WatchScene.Terminal).State.Sales);
    }

    [Fact]
    public void A_terminal_not_heard_of_for_a_day_makes_room_first()
    {
        var scene = new WatchScene();
        scene.SellMany(100, "old");
        scene.Now = scene.Now.AddDays(2);
        for (var i = 0; i < AnomalyWatch.MaxTerminals; i++) scene.Sell(terminal: $"new-{i}", afterSeconds: 0.01);
        Assert.DoesNotContain(scene.Watch.Baselines, b => b.TerminalId == "old");
    }

    [Fact]
    public void Memory_is_bounded_whatever_comes()
    {
        const int BytesPerTerminal = 48 * 1024;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = new AnomalyWatch(VenuePrior.Default);
        var noise = new Noise(1);
        for (var i = 0; i < 150_000; i++) watch.See(noise.Next());
        Assert.Equal(AnomalyWatch.MaxTerminals, watch.TerminalCount);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, AnomalyWatch.MaxTerminals * BytesPerTerminal);
        GC.KeepAlive(watch);
    }

    private static List<AnomalyRaised> Run(IReadOnlyList<Observation> observations)
    {
        var watch = new AnomalyWatch(VenuePrior.Default);
        return [.. observations.SelectMany(watch.See)];
    }

    private static IEnumerable<AnomalyRaised> ByTerminal(IEnumerable<AnomalyRaised> alerts) => alerts.OrderBy(a => a.TerminalId, StringComparer.Ordinal);

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);
}
