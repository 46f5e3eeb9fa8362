using Marquee.Simulation.World;

namespace Marquee.Simulation.Tests;

public sealed class EveningsTests
{
    private const int Seeds = 2_000;

    [Fact]
    public void Two_thousand_evenings_in_storms_keep_every_promise()
    {
        var results = Simulator.Play(from: 1, Seeds, Environment.ProcessorCount);
        Assert.Empty(results.Where(r => r.Failure is not null).Select(r => $"seed {r.Seed}: {r.Failure}"));
        Assert.Equal(Seeds, results.Count);
        // Storms that nobody felt would prove nothing.
        Assert.True(results.Sum(r => r.Approved) > 20_000);
        Assert.True(results.Sum(r => r.Offline) > 2_000);
        Assert.True(results.Sum(r => r.Lives) > 2 * Seeds);
    }

    [Fact]
    public void The_same_seed_is_the_same_evening_whatever_was_played_before_it()
    {
        var inOrder = Simulator.Play(from: 40, seeds: 12).ToDictionary(r => r.Seed, r => (r.Trace, r.Steps));
        foreach (var seed in (ulong[])[51, 45, 40])
        {
            var alone = Assert.Single(Simulator.Play(seed, seeds: 1));
            Assert.Equal(inOrder[seed], (alone.Trace, alone.Steps));
        }

        Assert.Equal(12, inOrder.Values.Select(r => r.Trace).Distinct().Count());
    }

    [Theory]
    [InlineData(Mutation.DiskLosesSyncs, "no approved sale is lost", "a declined sale stays declined")]
    [InlineData(Mutation.FreshKeys, "no order is charged twice")]
    [InlineData(Mutation.BusForgets, "mirror = journal", "every fact is taken")]
    [InlineData(Mutation.ETagsIgnored, "the ledger is its postings")]
    [InlineData(Mutation.QuotaTooHigh, "nothing is oversold")]
    [InlineData(Mutation.LimitsTooHigh, "floor limits hold")]
    public void A_planted_fault_is_found(object mutation, params string[] invariants)
    {
        var broken = Simulator.Play(from: 1, seeds: 60, Environment.ProcessorCount, (Mutation)mutation).Where(r => r.Failure is not null);
        Assert.Contains(broken, r => invariants.Contains(r.Invariant));
    }

    [Fact]
    public async Task A_failing_seed_tells_its_story_and_how_to_play_it_again()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var many = await Simulator.RunAsync(cancellationToken, "--seeds", "20", "--mutation", "QuotaTooHigh");
        Assert.Equal(1, many.ExitCode);
        var seed = many.Output.Split("BROKEN seed=")[1].Split(' ')[0];
        Assert.Contains($"./marquee simulate --seeds 1 --from {seed} --mutation QuotaTooHigh", many.Output, StringComparison.Ordinal);

        var first = await Simulator.RunAsync(cancellationToken, "--seeds", "1", "--from", seed, "--mutation", "QuotaTooHigh");
        var second = await Simulator.RunAsync(cancellationToken, "--seeds", "1", "--from", seed, "--mutation", "QuotaTooHigh");
        Assert.Equal(1, first.ExitCode);
        Assert.Contains("approved", first.Output, StringComparison.Ordinal);
        Assert.Contains("BROKEN nothing is oversold", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }
}
