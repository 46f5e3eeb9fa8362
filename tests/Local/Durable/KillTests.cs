using System.Diagnostics;
using System.Globalization;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Tests;

/// <summary>A real process is killed (SIGKILL) around its commits, again and again, and another takes up where it was.</summary>
public sealed class KillTests
{
    private const int Orders = 40;
    private const int Kills = 20;

    [Theory]
    [InlineData(1)]
    public async Task A_process_that_is_killed_at_random_commits_ends_up_with_every_outcome_once(int seed)
    {
        using var folder = new TempFolder();
        var effects = Directory.CreateDirectory(folder.File("effects")).FullName;
        var database = folder.File("durable.db");
        var random = new Random(seed);
        var kills = 0;
        while (kills < Kills && !await RunUntilKilledAsync(database, effects, random.Next(1, 80)))
        {
            kills++;
        }

        Assert.True(kills >= 5, $"Only {kills} kills before everything was done.");
        Assert.True(await RunUntilKilledAsync(database, effects, int.MaxValue));
        await CheckAsync(database, effects, kills);
    }

    /// <returns>Whether it came to its end before it was killed.</returns>
    private static async Task<bool> RunUntilKilledAsync(string database, string effects, int commitPoints)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        }

        foreach (var argument in (string[])[CrashWorker.Command, database, effects, Orders.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[1];
        var points = 0;
        while (points < commitPoints
            && await process.StandardOutput.BaseStream.ReadAsync(buffer, TestContext.Current.CancellationToken) == 1)
        {
            points++;
        }

        var wasKilled = points == commitPoints;
        if (wasKilled)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(wasKilled || process.ExitCode == 0, await errors);
        return !wasKilled;
    }

    private static async Task CheckAsync(string database, string effects, int kills)
    {
        await using var engine = new DurableEngine(new DurableEngineOptions { DatabasePath = database });
        CrashWorkload.Register(engine, effects);
        await engine.StartAsync(TestContext.Current.CancellationToken);
        for (var number = 0; number < Orders; number++)
        {
            var order = await engine.Client.GetInstanceAsync(
                CrashWorkload.Id(number), getInputsAndOutputs: true, TestContext.Current.CancellationToken);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, order!.RuntimeStatus);
            Assert.Equal(CrashWorkload.ExpectedOutput(number), order.ReadOutputAs<string>());
            CheckHistory(engine.ReadHistory(order.InstanceId));
        }

        var files = Directory.GetFiles(effects);
        Assert.Equal(Orders * (3 + 9 + 4), files.Length);
        foreach (var file in files)
        {
            // At least once, and never again once its outcome is stored: only a kill in between can repeat it.
            Assert.InRange(new FileInfo(file).Length, 1, 2 + kills);
        }
    }

    private static void CheckHistory(IReadOnlyList<TurnRecord> turns)
    {
        var scheduled = turns.SelectMany(turn => turn.Steps).Select(step => step.Step).ToList();
        var outcomes = turns.SelectMany(turn => turn.Events).OfType<StepEvent>().Select(outcome => outcome.Step).ToList();
        Assert.Equal(Enumerable.Range(0, scheduled.Count), scheduled);
        Assert.Equal(outcomes.Distinct(), outcomes);
        Assert.Equal(scheduled, outcomes.Order());
        Assert.Single(turns.SelectMany(turn => turn.Events).OfType<ExecutionStarted>());
    }
}
