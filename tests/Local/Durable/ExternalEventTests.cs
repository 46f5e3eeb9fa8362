using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class ExternalEventTests
{
    private static Action<DurableEngine> Collector { get; } = engine =>
        engine.RegisterOrchestrator<int, string[]>("Collect", async (context, count) =>
        {
            var received = new List<string>();
            for (var index = 0; index < count; index++)
            {
                received.Add(await context.WaitForExternalEvent<string>("Order"));
            }

            return [.. received];
        });

    [Fact]
    public async Task An_event_wakes_the_orchestrator_that_waits_for_it()
    {
        await using var host = await EngineHost.StartAsync(Collector);
        var id = await host.ScheduleAsync("Collect", 1);
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.GetAsync(id)).RuntimeStatus);

        await host.RaiseAsync(id, "order", "flat white");

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(["flat white"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Events_that_come_before_anybody_waits_are_kept_in_their_order()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string[]>("Collect", async (context, _) =>
            {
                await context.WaitForExternalEvent<string>("Open");
                var first = await context.WaitForExternalEvent<string>("Order");
                var second = await context.WaitForExternalEvent<string>("Order");
                var third = await context.WaitForExternalEvent<string>("Order");
                return [first, second, third];
            }));
        var id = await host.ScheduleAsync("Collect", 0);
        await host.RaiseAsync(id, "Order", "1");
        await host.RaiseAsync(id, "Order", "2");
        await host.IdleAsync();
        await host.RestartAsync();
        await host.RaiseAsync(id, "Order", "3");
        await host.RaiseAsync(id, "Open", "now");

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(["1", "2", "3"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Several_waits_for_one_name_are_served_first_come_first_served()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string[]>("Collect", (context, _) => Task.WhenAll(
                context.WaitForExternalEvent<string>("Order"),
                context.WaitForExternalEvent<string>("Order"),
                context.WaitForExternalEvent<string>("Order"))));
        var id = await host.ScheduleAsync("Collect", 0);
        foreach (var order in (string[])["1", "2", "3"])
        {
            await host.RaiseAsync(id, "Order", order);
        }

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(["1", "2", "3"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task A_cancelled_wait_takes_no_event()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Collect", async (context, _) =>
            {
                using var cancellation = new CancellationTokenSource();
                var abandoned = context.WaitForExternalEvent<string>("Order", cancellation.Token);
                var kept = context.WaitForExternalEvent<string>("Order");
                cancellation.Cancel();
                await Assert.ThrowsAsync<TaskCanceledException>(() => abandoned);
                return await kept;
            }));
        var id = await host.ScheduleAsync("Collect", 0);
        await host.RaiseAsync(id, "Order", "1");

        Assert.Equal("1", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wait_with_a_timeout_ends_with_the_event_or_with_the_time(bool isRaised)
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Approve", async (context, _) =>
            {
                try
                {
                    return await context.WaitForExternalEvent<string>("Approval", TimeSpan.FromHours(72));
                }
                catch (TaskCanceledException)
                {
                    return "timed out";
                }
            }));
        var startedAt = host.Time.GetUtcNow();
        var id = await host.ScheduleAsync("Approve", 0);
        await host.IdleAsync();
        if (isRaised)
        {
            await host.RaiseAsync(id, "Approval", "yes");
        }

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(isRaised ? "yes" : "timed out", ended.ReadOutputAs<string>());
        Assert.Equal(isRaised ? startedAt : startedAt.AddHours(72), host.Time.GetUtcNow());
        Assert.Null(host.Engine.ReadNextTimerDue());
    }

    [Fact]
    public async Task The_first_of_an_event_an_activity_and_a_timer_wins()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, string>("Work", async (_, _, stopping) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
                return "worked";
            });
            engine.RegisterOrchestrator<int, string>("Race", async (context, _) =>
            {
                using var cancellation = new CancellationTokenSource();
                var worked = context.CallActivityAsync<string>("Work", 0);
                var raised = context.WaitForExternalEvent<string>("Go");
                var timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
                var winner = await Task.WhenAny(worked, raised, timer);
                cancellation.Cancel();
                return winner == raised ? raised.Result : winner == timer ? "time" : "worked";
            });
        });
        var id = await host.ScheduleAsync("Race", 0);
        await host.RaiseAsync(id, "Go", "went");

        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, TestContext.Current.CancellationToken);

        Assert.Equal("went", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_throws_where_it_is_awaited()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Read", async (context, _) =>
            {
                try
                {
                    return (await context.WaitForExternalEvent<int>("Number")).ToString();
                }
                catch (System.Text.Json.JsonException)
                {
                    return "unreadable";
                }
            }));
        var id = await host.ScheduleAsync("Read", 0);
        await host.RaiseAsync(id, "Number", "one");

        Assert.Equal("unreadable", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Orchestrations_send_events_to_each_other_and_one_to_nobody_is_dropped()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            Collector(engine);
            engine.RegisterOrchestrator<string, int>("Send", (context, target) =>
            {
                context.SendEvent("nobody", "Order", "lost");
                context.SendEvent(target, "Order", "espresso");
                context.SendEvent(target, "Order", "cortado");
                return Task.FromResult(3);
            });
        });
        var id = await host.ScheduleAsync("Collect", 2);
        await host.RunAsync("Send", id);

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(["espresso", "cortado"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task An_event_for_an_ended_or_unknown_instance_is_dropped()
    {
        await using var host = await EngineHost.StartAsync(Collector);
        var ended = await host.RunAsync("Collect", 0);

        await host.RaiseAsync(ended.InstanceId, "Order", "too late");
        await host.RaiseAsync("nobody", "Order", "to nobody");
        await host.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.GetAsync(ended.InstanceId)).RuntimeStatus);
    }

    [Fact]
    public async Task More_events_than_are_held_in_memory_wait_in_the_store_and_keep_their_order()
    {
        const int Count = 3_000;
        await using var host = await EngineHost.StartAsync(engine =>
        {
            Collector(engine);
            engine.RegisterOrchestrator<string, int>("Send", (context, target) =>
            {
                for (var index = 0; index < Count; index++)
                {
                    context.SendEvent(target, "Order", index.ToString());
                }

                return Task.FromResult(Count);
            });
        });
        var id = await host.ScheduleAsync("Collect", Count);
        await host.RunAsync("Send", id);

        var received = (await host.RunToEndAsync(id)).ReadOutputAs<string[]>()!;

        Assert.Equal(Enumerable.Range(0, Count).Select(index => index.ToString()), received);
    }
}
