using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class ActivityTests
{
    [Fact]
    public async Task An_activity_gives_its_result_to_the_orchestrator()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<string, string>("Greet", name => $"Hello {name}");
            engine.RegisterOrchestrator<string, string>("Greeting", (context, name) => context.CallActivityAsync<string>("Greet", name));
        });

        var ended = await host.RunAsync("Greeting", "Ada");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal("Hello Ada", ended.ReadOutputAs<string>());
        Assert.Equal("Ada", ended.ReadInputAs<string>());
    }

    [Fact]
    public async Task Activities_fan_out_and_their_results_come_back_in_the_order_of_the_calls()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Square", number => number * number);
            engine.RegisterOrchestrator<int, int[]>("Squares", (context, count) =>
                Task.WhenAll(Enumerable.Range(0, count).Select(number => context.CallActivityAsync<int>("Square", number))));
        });

        var ended = await host.RunAsync("Squares", 200);

        Assert.Equal(Enumerable.Range(0, 200).Select(number => number * number), ended.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task Names_are_found_without_regard_to_case()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Double", number => number * 2);
            engine.RegisterOrchestrator<int, int>("Run", (context, number) => context.CallActivityAsync<int>("DOUBLE", number));
        });

        Assert.Equal(42, (await host.RunAsync("run", 21)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_failed_activity_throws_into_the_orchestrator_with_its_type_message_and_cause()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Charge", _ =>
                throw new InvalidOperationException("declined", new TimeoutException("the bank sleeps")));
            engine.RegisterOrchestrator<int, string>("Pay", async (context, _) =>
            {
                try
                {
                    return (await context.CallActivityAsync<int>("Charge", 1)).ToString();
                }
                catch (TaskFailedException failed)
                {
                    var details = failed.FailureDetails;
                    return $"{failed.TaskName} {failed.TaskId} {details.IsCausedBy<InvalidOperationException>()} "
                        + $"{details.IsCausedBy<SystemException>()} {details.IsCausedBy<TimeoutException>()} "
                        + $"{details.ErrorMessage} < {details.InnerFailure}";
                }
            });
        });

        var ended = await host.RunAsync("Pay");

        Assert.Equal(
            "Charge 0 True True False declined < System.TimeoutException: the bank sleeps", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unhandled_failure_fails_the_orchestration_and_tells_the_whole_story()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Charge", _ => throw new InvalidOperationException("declined"));
            engine.RegisterOrchestrator<int, int>("Pay", (context, _) => context.CallActivityAsync<int>("Charge", 1));
        });

        var ended = await host.RunAsync("Pay");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.True(ended.FailureDetails!.IsCausedBy<TaskFailedException>());
        Assert.True(ended.FailureDetails.InnerFailure!.IsCausedBy<InvalidOperationException>());
        Assert.Equal("declined", ended.FailureDetails.InnerFailure.ErrorMessage);
    }

    [Fact]
    public async Task An_unknown_activity_fails_at_once_however_often_it_may_be_tried()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Pay", (context, _) => context.CallActivityAsync<int>(
                "Chrage", 1, TaskOptions.FromRetryPolicy(new RetryPolicy(100, TimeSpan.FromHours(1))))));
        var startedAt = host.Time.GetUtcNow();

        var ended = await host.RunAsync("Pay");

        Assert.Contains("No activity task named 'Chrage'", ended.FailureDetails!.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(startedAt, host.Time.GetUtcNow());
    }

    [Fact]
    public async Task An_unknown_orchestrator_fails_and_says_so()
    {
        await using var host = await EngineHost.StartAsync(_ => { });

        var ended = await host.RunAsync("Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("No orchestrator task named 'Nobody'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_cannot_be_read_fails_its_own_instance_only()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Double", number => number * 2);
            engine.RegisterOrchestrator<int, int>("Run", (context, number) => context.CallActivityAsync<int>("Double", number));
            engine.RegisterOrchestrator<string, int>("Mislead", (context, text) => context.CallActivityAsync<int>("Double", text));
        });

        var unreadable = await host.RunAsync("Run", "not a number");
        var misled = await host.RunAsync("Mislead", "not a number");
        var readable = await host.RunAsync("Run", 4);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, unreadable.RuntimeStatus);
        Assert.True(unreadable.FailureDetails!.IsCausedBy<System.Text.Json.JsonException>());
        Assert.True(misled.FailureDetails!.InnerFailure!.IsCausedBy<System.Text.Json.JsonException>());
        Assert.Equal(8, readable.ReadOutputAs<int>());
    }

    [Fact]
    public async Task No_more_activities_run_at_once_than_the_bound_allows()
    {
        var running = 0;
        var most = 0;
        await using var host = await EngineHost.StartAsync(
            engine =>
            {
                engine.RegisterActivity<int, int>("Work", async (_, number, _) =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    return number;
                });
                engine.RegisterOrchestrator<int, int>("Many", async (context, count) =>
                    (await Task.WhenAll(Enumerable.Range(0, count).Select(n => context.CallActivityAsync<int>("Work", n)))).Sum());
            },
            options => options with { MaxConcurrentActivities = 3 });

        var ended = await host.RunAsync("Many", 100);

        Assert.Equal(4950, ended.ReadOutputAs<int>());
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task More_calls_than_are_held_in_memory_wait_in_the_store_and_all_run()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("One", _ => 1);
            engine.RegisterOrchestrator<int, int>("Many", async (context, count) =>
                (await Task.WhenAll(Enumerable.Range(0, count).Select(n => context.CallActivityAsync<int>("One", n)))).Sum());
        });

        Assert.Equal(9_000, (await host.RunAsync("Many", 9_000)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_activity_that_is_given_up_when_the_engine_stops_runs_again_after_the_next_start()
    {
        var attempts = 0;
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, string>("Slow", async (_, _, stopping) =>
            {
                if (Interlocked.Increment(ref attempts) == 1)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
                }

                return "done";
            });
            engine.RegisterOrchestrator<int, string>("Run", (context, _) => context.CallActivityAsync<string>("Slow", 0));
        });
        var id = await host.ScheduleAsync("Run", 0);
        while (Volatile.Read(ref attempts) == 0)
        {
            await Task.Yield();
        }

        await host.RestartAsync();

        Assert.Equal("done", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(2, attempts);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
