using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Tests;

/// <summary>The engine crashes at every commit there is, before it and after it, and goes on to the same end.</summary>
public sealed class CrashPointTests
{
    [Fact]
    public async Task A_crash_before_or_after_any_commit_changes_nothing_in_the_outcome()
    {
        var undisturbed = await RunAsync(crashAtPoint: int.MaxValue);
        Assert.True(undisturbed.Points > 20, $"Only {undisturbed.Points} points to crash at.");

        for (var point = 1; point <= undisturbed.Points; point++)
        {
            var crashed = await RunAsync(point);
            Assert.Equal(undisturbed.Histories, crashed.Histories);
        }
    }

    [Fact]
    public async Task A_failed_store_refuses_clients_and_ends_their_waits()
    {
        var fail = false;
        await using var host = await EngineHost.StartAsync(
            engine => engine.RegisterOrchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("Go")),
            options => options with { OnCommitPoint = _ => Throw(fail) });
        var id = await host.ScheduleAsync("Wait", 0);
        await host.IdleAsync();
        var waiting = host.Client.WaitForInstanceCompletionAsync(id, TestContext.Current.CancellationToken);
        fail = true;

        await Assert.ThrowsAsync<StoreFailedException>(() => host.RaiseAsync(id, "Go", "now"));
        await Assert.ThrowsAsync<StoreFailedException>(() => waiting);
        await Assert.ThrowsAsync<StoreFailedException>(() => host.ScheduleAsync("Wait", 0));
        Assert.IsType<SimulatedCrashException>(await host.Engine.Failure);

        fail = false;
        await host.RestartAsync();
        await host.RaiseAsync(id, "Go", "again");
        Assert.Equal("again", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    /// <summary>Runs one order, crashing once at the given point, counted over the whole run.</summary>
    private static async Task<(int Points, string Histories)> RunAsync(int crashAtPoint)
    {
        var points = 0;
        var hasCrashed = false;
        using var effects = new TempFolder();
        await using var host = await EngineHost.StartAsync(
            engine => CrashWorkload.Register(engine, effects.Path),
            options => options with { OnCommitPoint = _ => Throw(Interlocked.Increment(ref points) == crashAtPoint) });
        while (true)
        {
            try
            {
                await CrashWorkload.StartMissingAsync(host.Client, 1, TestContext.Current.CancellationToken);
                var ended = await host.RunToEndAsync(CrashWorkload.Id(0));
                Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
                Assert.Equal(CrashWorkload.ExpectedOutput(0), ended.ReadOutputAs<string>());
                await host.IdleAsync();
                CheckEffects(effects.Path, mayRepeat: crashAtPoint != int.MaxValue);
                return (points, DescribeHistories(host.Engine));
            }
            catch (Exception) when (points >= crashAtPoint && !hasCrashed)
            {
                hasCrashed = true;
                await host.RestartAsync();
            }
        }
    }

    private static void CheckEffects(string folder, bool mayRepeat)
    {
        var files = Directory.GetFiles(folder);
        Assert.Equal(3 + 9 + 4, files.Length);
        foreach (var file in files)
        {
            var runs = file.Contains("round", StringComparison.Ordinal) ? 2 : 1;
            Assert.InRange(new FileInfo(file).Length, runs, mayRepeat ? runs + 1 : runs);
        }
    }

    /// <summary>What happened to each instance, without the times and the order in which outcomes happened to come in.</summary>
    /// <remarks>Not the rounds: an attempt whose failure was lost in the crash is not the first one when it is made again.</remarks>
    private static string DescribeHistories(DurableEngine engine)
    {
        string[] ids = ["order-0", "order-0-item0", "order-0-item1", "order-0-item2"];
        return string.Join('\n', ids.Select(id => $"{id}: " + string.Join(", ", engine.ReadHistory(id)
            .SelectMany(turn => turn.Events.Select(inbound => inbound is History.StepEvent step
                    ? $"{inbound.GetType().Name} {step.Step}"
                    : inbound.GetType().Name)
                .Concat(turn.Steps.Select(step => $"{step.Step} {step.Describe()}")))
            .Where(line => line != nameof(History.EventRaised))
            .Order(StringComparer.Ordinal))));
    }

    private static void Throw(bool now)
    {
        if (now)
        {
            throw new SimulatedCrashException();
        }
    }

    private sealed class SimulatedCrashException() : IOException("The power went out.");
}
