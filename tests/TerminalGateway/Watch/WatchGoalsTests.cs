using Marquee.TerminalGateway.Tests.Watch.Traffic;

namespace Marquee.TerminalGateway.Tests.Watch;

/// <summary>The goals, on evenings that no threshold was set on. <c>./marquee bench watch</c> runs more of them.</summary>
public sealed class WatchGoalsTests
{
    private const int SeedsRun = 150;
    private const int LeastAttacks = 25;

    [Fact]
    public void Each_kind_of_attack_is_found_within_ten_transactions_and_few_alerts_are_false()
    {
        var score = new WatchScore();
        for (var seed = Seeds.FirstHeldOut; seed < Seeds.FirstHeldOut + SeedsRun; seed++) score.Run(seed);
        foreach (var (kind, of) in score.Kinds)
        {
            // Recall counts only alerts within the ten.
            Assert.True(of.Attacks >= LeastAttacks, $"{kind}: only {of.Attacks} attacks were made.");
            Assert.True(of.Recall >= 0.95, $"{kind}: recall {of.Recall:F3}.\n{string.Join('\n', score.Misses)}");
            Assert.True(of.Precision >= 0.90, $"{kind}: precision {of.Precision:F3}.\n{string.Join('\n', score.Misses)}");
        }
    }
}
