using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Tests.Running;

[Collection(RunningPlatformCollection.Name)]
public sealed class PlatformTests(RunningPlatform platform)
{
    private const long MaxKilobytes = 1_536 * 1_024;

    [Fact]
    public async Task The_demo_ends_with_a_statement_that_accounts_for_every_sale_and_every_cent()
    {
        var outcome = await platform.UndisturbedAsync();

        Assert.Empty(outcome.Faults());
        Assert.Equal("settled", outcome.Statement.Phase);
        // Two PoPs, each: one card taken and one declined; then two offline, one of them declined when forwarded; then one more.
        Assert.Equal(8, outcome.Statement.Sales.Count);
        Assert.Equal(2, outcome.Sales.Count(sale => sale.Mode is null));
        Assert.Equal(4, outcome.Sales.Count(sale => sale.Mode == "offline"));
        Assert.True(outcome.Statement.Sales.OfflineDeclinedMinorUnits > 0);
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Killed_at_random_moments_the_event_ends_with_the_same_statement(int seed)
    {
        var undisturbed = await platform.UndisturbedAsync();
        using var killer = new RandomKiller(platform.Host, seed);

        var outcome = await platform.PlayAsync($"round-{seed}", killer.Entered);
        var kills = await killer.EndAsync();

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kills));
        Assert.NotEmpty(kills);
        Assert.True(outcome.Faults().Count == 0, $"After {string.Join(", ", kills)}: {string.Join("; ", outcome.Faults())}");
        Assert.Equal(Described(undisturbed), Described(outcome));
        Assert.All(platform.Reports.OfType<Crashed>(), crash => Assert.Equal(RandomKiller.ExitCode, crash.ExitCode));
    }

    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, 20)];

    [Fact]
    public async Task All_processes_together_stay_below_one_and_a_half_gibibytes()
    {
        await platform.UndisturbedAsync();

        var kilobytes = platform.Host.ProcessIds.ToDictionary(process => process.Key, process => ProportionalSetSize(process.Value));

        Assert.Equal(platform.Host.Names.Order(), kilobytes.Keys.Order());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kilobytes
            .Select(process => $"{process.Key} {process.Value / 1024} MiB")));
        Assert.InRange(kilobytes.Values.Sum(), 1, MaxKilobytes);
    }

    // Memory that processes share is counted once: https://docs.kernel.org/filesystems/proc.html, smaps_rollup.
    private static long ProportionalSetSize(int processId) => File.ReadLines($"/proc/{processId}/smaps_rollup")
        .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture))
        .Single();

    private static string Described(DemoOutcome outcome) => outcome.Statement.Outcome("-" + outcome.Plan.Id);
}
