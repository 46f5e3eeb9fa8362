namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>
/// A short run of each target, the same inputs each time; <c>./marquee fuzz</c> runs them at length. Not beside other tests: the heap is
/// theirs too.
/// </summary>
[Collection(Alone)]
public sealed class FuzzTests
{
    private const string Alone = "fuzz";

    private const ulong Seed = 2026;

    public static TheoryData<string, int> Runs { get; } = new()
    {
        { "stun", 200_000 },
        { "dtls-record", 200_000 },
        { "hub", 50_000 },
        { "rtp", 200_000 },
        { "rtp-extensions", 200_000 },
        { "rtcp", 200_000 },
        { "publisher", 50_000 },
        { "viewer", 50_000 },
        { "sdp", 3_000 },
        { "ice-fragment", 50_000 },
        { "trunk", 200_000 },
        { "trunk-control", 50_000 },
        { "sctp-packet", 200_000 },
        { "sctp-association", 20_000 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Nothing_that_is_sent_breaks_it_or_makes_it_grow(string target, int inputs)
    {
        var fuzzed = FuzzTargets.All[target]();
        var report = new FuzzRun(fuzzed, Seed).Run(inputs);
        Assert.InRange(report.Accepted, inputs / 200, inputs);
        Assert.InRange(report.GrownBytes, long.MinValue, fuzzed.MaxGrownBytes);
        Assert.InRange(report.StateAfter, 0, report.StateBefore);
    }

    [Fact]
    public void Every_target_is_run() => Assert.Equal(FuzzTargets.All.Keys.Order(), Runs.Select(run => run.Data.Item1).Order());

    [Fact]
    public void A_finding_tells_how_to_have_it_again()
    {
        var target = new FuzzTarget("breaks", [[1, 2, 3]], input => input.Length == 1 ? throw new InvalidOperationException("ouch") : 1);
        var finding = Assert.Throws<FuzzFinding>(() => new FuzzRun(target, Seed).Run(100_000));
        var number = long.Parse(finding.Message.Split("--from ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("ouch", finding.Message, StringComparison.Ordinal);
        Assert.EndsWith(Convert.ToHexString(new FuzzRun(target, Seed).Input(number)), finding.Message, StringComparison.Ordinal);
        Assert.Throws<FuzzFinding>(() => new FuzzRun(target, Seed).Run(1, number));
    }

    [Fact]
    public void A_target_that_takes_too_many_steps_is_found() =>
        Assert.Throws<FuzzFinding>(() => new FuzzRun(new FuzzTarget("slow", [[1]], _ => int.MaxValue), Seed).Run(1));
}

[CollectionDefinition("fuzz", DisableParallelization = true)]
public sealed class FuzzCollection;
