using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class ContinueAsNewTests
{
    [Fact]
    public async Task An_eternal_orchestration_starts_over_with_its_new_input_and_a_short_history()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Next", number => number + 1);
            engine.RegisterOrchestrator<int, int>("Count", async (context, number) =>
            {
                var next = await context.CallActivityAsync<int>("Next", number);
                if (next < 50)
                {
                    context.ContinueAsNew(next);
                }

                return next;
            });
        });

        var ended = await host.RunAsync("Count", 0);

        Assert.Equal(50, ended.ReadOutputAs<int>());
        Assert.Equal(2, host.Engine.ReadHistory(ended.InstanceId).Count);
    }

    [Theory]
    [InlineData(true, new[] { "1", "2", "3" })]
    [InlineData(false, new[] { "3" })]
    public async Task Events_that_nobody_waited_for_are_carried_over_or_dropped(bool preserve, string[] expected)
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string[]>("Again", async (context, round) =>
            {
                if (round == 0)
                {
                    await context.WaitForExternalEvent<string>("Turn");
                    context.ContinueAsNew(1, preserve);
                    return [];
                }

                var received = new List<string>();
                while (received.LastOrDefault() != "3")
                {
                    received.Add(await context.WaitForExternalEvent<string>("Order"));
                }

                return [.. received];
            }));
        var id = await host.ScheduleAsync("Again", 0);
        await host.RaiseAsync(id, "Order", "1");
        await host.RaiseAsync(id, "Order", "2");
        await host.IdleAsync();
        await host.RaiseAsync(id, "Turn", "now");
        await host.IdleAsync();
        await host.RestartAsync();
        await host.RaiseAsync(id, "Order", "3");

        Assert.Equal(expected, (await host.RunToEndAsync(id)).ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task The_new_execution_may_have_a_new_version()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Upgrade", (context, round) =>
            {
                if (context.CompareVersionTo("2.0") < 0)
                {
                    context.ContinueAsNew(new ContinueAsNewOptions { NewInput = round + 1, NewVersion = "2.0" });
                }

                return Task.FromResult($"{context.Version} {round}");
            }));

        var ended = await host.RunAsync("Upgrade", 0, new StartOrchestrationOptions { Version = "1.9" });

        Assert.Equal("2.0 1", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Outcomes_that_were_meant_for_the_former_execution_are_dropped()
    {
        var release = new TaskCompletionSource();
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Slow", async (_, round, _) =>
            {
                if (round == 0)
                {
                    await release.Task;
                }

                return round;
            });
            engine.RegisterOrchestrator<int, int>("Again", async (context, round) =>
            {
                var slow = context.CallActivityAsync<int>("Slow", round);
                if (round == 0)
                {
                    await context.WaitForExternalEvent<string>("Go");
                    context.ContinueAsNew(1);
                    return 0;
                }

                await context.WaitForExternalEvent<string>("Go");
                return await slow;
            });
        });
        var id = await host.ScheduleAsync("Again", 0);
        await host.RaiseAsync(id, "Go", "1");
        await host.Client.WaitForInstanceStartAsync(id, TestContext.Current.CancellationToken);
        await host.RaiseAsync(id, "Go", "2");
        release.SetResult();

        Assert.Equal(1, (await host.RunToEndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Pending_timers_end_with_their_execution()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Again", async (context, round) =>
            {
                _ = context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                if (round < 3)
                {
                    context.ContinueAsNew(round + 1);
                }

                return round;
            }));
        var startedAt = host.Time.GetUtcNow();

        var ended = await host.RunAsync("Again", 0);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(startedAt.AddHours(4), host.Time.GetUtcNow());
        Assert.Null(host.Engine.ReadNextTimerDue());
    }
}
