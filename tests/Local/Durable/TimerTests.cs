using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class TimerTests
{
    [Fact]
    public async Task An_orchestration_of_seventy_two_hours_runs_without_waiting()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, DateTime[]>("Watch", async (context, hours) =>
            {
                var seen = new List<DateTime>();
                for (var hour = 0; hour < hours; hour++)
                {
                    await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                    seen.Add(context.CurrentUtcDateTime);
                }

                return [.. seen];
            }));
        var startedAt = host.Time.GetUtcNow().UtcDateTime;

        var seen = (await host.RunAsync("Watch", 72)).ReadOutputAs<DateTime[]>()!;

        Assert.Equal(Enumerable.Range(1, 72).Select(hour => startedAt.AddHours(hour)), seen);
    }

    [Fact]
    public async Task A_timer_of_eleven_months_fires_at_its_time_and_survives_restarts()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, DateTime>("Renew", async (context, _) =>
            {
                await context.CreateTimer(context.CurrentUtcDateTime.AddMonths(11), CancellationToken.None);
                return context.CurrentUtcDateTime;
            }));
        var due = host.Time.GetUtcNow().AddMonths(11);
        var id = await host.ScheduleAsync("Renew", 0);
        await host.IdleAsync();
        for (var month = 1; month < 11; month++)
        {
            host.Time.Advance(TimeSpan.FromDays(30));
            await host.IdleAsync();
            Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.GetAsync(id)).RuntimeStatus);
            await host.RestartAsync();
            await host.IdleAsync();
        }

        Assert.Equal(due.UtcDateTime, (await host.RunToEndAsync(id)).ReadOutputAs<DateTime>());
        Assert.Equal(due, host.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_long_wait_needs_no_more_than_the_clock_moving_day_by_day()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Wait", async (context, days) =>
            {
                await context.CreateTimer(TimeSpan.FromDays(days), CancellationToken.None);
                return days;
            }));
        var id = await host.ScheduleAsync("Wait", 100);
        for (var day = 0; day < 100; day++)
        {
            await host.IdleAsync();
            Assert.False((await host.GetAsync(id)).IsCompleted);
            host.Time.Advance(TimeSpan.FromDays(1));
        }

        await host.IdleAsync();
        Assert.True((await host.GetAsync(id)).IsCompleted);
    }

    [Fact]
    public async Task Timers_that_are_due_together_fire_in_the_order_of_their_times()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int[]>("Order", async (context, _) =>
            {
                var fired = new List<int>();
                await Task.WhenAll(new[] { 30, 10, 20 }.Select(async minutes =>
                {
                    await context.CreateTimer(TimeSpan.FromMinutes(minutes), CancellationToken.None);
                    fired.Add(minutes);
                }));
                return [.. fired];
            }));
        var id = await host.ScheduleAsync("Order", 0);
        await host.IdleAsync();

        host.Time.Advance(TimeSpan.FromDays(1));

        var ended = await host.RunToEndAsync(id);

        Assert.Equal([10, 20, 30], ended.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task A_cancelled_timer_throws_where_it_is_awaited_and_never_fires()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Cancel", async (context, _) =>
            {
                using var cancellation = new CancellationTokenSource();
                var timer = context.CreateTimer(TimeSpan.FromHours(5), cancellation.Token);
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                cancellation.Cancel();
                try
                {
                    await timer;
                    return "fired";
                }
                catch (TaskCanceledException)
                {
                    await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                    return "cancelled";
                }
            }));
        var id = await host.ScheduleAsync("Cancel", 0);
        await host.IdleAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.IdleAsync();
        Assert.Equal(host.Time.GetUtcNow().AddHours(1), host.Engine.ReadNextTimerDue());
        await host.RestartAsync();

        Assert.Equal("cancelled", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Null(host.Engine.ReadNextTimerDue());
    }

    [Fact]
    public async Task The_clock_stands_still_within_a_turn_and_reads_the_same_in_a_replay()
    {
        var readings = new List<(int Step, DateTime Time)>();
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Clock", async (context, _) =>
            {
                for (var step = 0; step < 4; step++)
                {
                    lock (readings)
                    {
                        readings.Add((step, context.CurrentUtcDateTime));
                        readings.Add((step, context.CurrentUtcDateTime));
                    }

                    await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                }

                return 0;
            }));
        var id = await host.ScheduleAsync("Clock", 0);
        for (var restarts = 0; restarts < 4; restarts++)
        {
            await host.IdleAsync();
            host.Time.Advance(TimeSpan.FromSeconds(70));
            await host.RestartAsync();
        }

        await host.RunToEndAsync(id);

        Assert.True(readings.Count > 8);
        Assert.All(readings.GroupBy(reading => reading.Step), step => Assert.Single(step.Distinct()));
    }

    [Fact]
    public async Task A_start_in_the_future_is_pending_until_then_and_survives_a_restart()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, DateTime>("Later", (context, _) => Task.FromResult(context.CurrentUtcDateTime)));
        var startAt = host.Time.GetUtcNow().AddDays(40);
        var id = await host.ScheduleAsync("Later", 0, new StartOrchestrationOptions { StartAt = startAt });
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.GetAsync(id)).RuntimeStatus);
        await host.RestartAsync();
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.GetAsync(id)).RuntimeStatus);

        Assert.Equal(startAt.UtcDateTime, (await host.RunToEndAsync(id)).ReadOutputAs<DateTime>());
    }
}
