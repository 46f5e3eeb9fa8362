using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable.Tests;

public sealed class DeterminismTests
{
    private static Action<DurableEngine> Original { get; } = Version((context, _) => Steps(context, "Reserve", "Charge"));

    [Fact]
    public async Task A_replay_that_calls_another_activity_fails_and_names_the_step()
    {
        var failure = await FailureAfterChangeTo((context, _) => Steps(context, "Reserve", "Refund"));

        Assert.Contains(
            "Orchestration 'Order' instance 'order-1' is not deterministic: at step 2 history has activity 'Charge' "
            + "but the code scheduled activity 'Refund'.",
            failure,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_sets_a_timer_where_an_activity_was_called_fails_and_names_the_step()
    {
        var failure = await FailureAfterChangeTo(async (context, _) =>
        {
            await context.CallActivityAsync("Reserve");
            await context.WaitForExternalEvent<string>("Go");
            await Task.WhenAll(
                context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None),
                context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None));
            return 0;
        });

        Assert.Contains("at step 2 history has activity 'Charge' but the code scheduled a timer", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_does_less_fails_and_names_the_step_that_is_missing()
    {
        var failure = await FailureAfterChangeTo(async (context, _) =>
        {
            await context.CallActivityAsync("Reserve");
            await context.WaitForExternalEvent<string>("Go");
            await context.WaitForExternalEvent<string>("Other");
            return 0;
        });

        Assert.Contains("history has a timer but the code scheduled nothing", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_does_more_fails_and_names_the_extra_step()
    {
        var failure = await FailureAfterChangeTo(async (context, _) =>
        {
            var notified = context.CallActivityAsync("Notify");
            await Steps(context, "Reserve", "Charge");
            await notified;
            return 0;
        });

        Assert.Contains("at step 0 history has activity 'Reserve' but the code scheduled activity 'Notify'", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_code_replays_from_a_cold_start_at_every_step()
    {
        await using var host = await EngineHost.StartAsync(Original);
        var id = await host.ScheduleAsync("Order", 0);
        await host.IdleAsync();
        await host.RestartAsync();
        await host.RaiseAsync(id, "Go", "now");
        await host.IdleAsync();
        await host.RestartAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunToEndAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task An_orchestrator_that_awaits_what_is_not_durable_fails_instead_of_hanging()
    {
        var fetched = new TaskCompletionSource();
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterOrchestrator<int, int>("Sleep", async (_, _) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan);
                return 0;
            });
            engine.RegisterOrchestrator<int, int>("Fetch", async (context, _) =>
            {
                var timer = context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                await fetched.Task;
                await timer;
                return 0;
            });
        });

        var slept = await host.RunAsync("Sleep", 0);
        var id = await host.ScheduleAsync("Fetch", 0);
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.GetAsync(id)).RuntimeStatus);
        fetched.SetResult();
        var failed = await host.RunToEndAsync(id);

        Assert.Contains("awaited a task that is not durable", slept.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("awaited a task that is not durable", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_context_refuses_calls_from_other_threads()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Leave", async (context, _) =>
            {
                var refusal = "";
                var thread = new Thread(() => refusal = Assert.Throws<Execution.NonDurableAwaitException>(() => context.NewGuid()).Message);
                thread.Start();
                thread.Join();
                await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
                return refusal;
            }));

        var ended = await host.RunAsync("Leave", 0);

        Assert.Contains("left its own thread", ended.ReadOutputAs<string>()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_guids_are_version_five_all_different_and_the_same_in_a_replay()
    {
        var made = new List<(int, Guid)>();
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, Guid[]>("Make", async (context, round) =>
            {
                var guids = new List<Guid>();
                for (var index = 0; index < 3; index++)
                {
                    guids.Add(context.NewGuid());
                    lock (made)
                    {
                        made.Add(((round * 10) + index, guids[^1]));
                    }

                    await context.WaitForExternalEvent<string>("Next");
                }

                if (round == 0)
                {
                    context.ContinueAsNew(1);
                }

                return [.. guids];
            }));
        var id = await host.ScheduleAsync("Make", 0);
        for (var index = 0; index < 6; index++)
        {
            await host.IdleAsync();
            await host.RestartAsync();
            await host.RaiseAsync(id, "Next", "");
        }

        await host.RunToEndAsync(id);

        Assert.Equal(6, made.Select(pair => pair.Item2).Distinct().Count());
        Assert.All(made.GroupBy(pair => pair.Item1), same => Assert.Single(same.Select(pair => pair.Item2).Distinct()));
        Assert.All(made, pair => Assert.Equal(5, pair.Item2.Version));
    }

    [Fact]
    public async Task A_replay_safe_logger_says_everything_once()
    {
        using var log = new RecordingLogger();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var host = await EngineHost.StartAsync(
            engine => engine.RegisterOrchestrator<int, int>("Talk", async (context, _) =>
            {
                var logger = context.CreateReplaySafeLogger("Talk");
                for (var step = 0; step < 3; step++)
                {
                    logger.Log(LogLevel.Information, default, step, null, (number, _) => $"step {number}");
                    await context.WaitForExternalEvent<string>("Next");
                }

                return 0;
            }),
            loggers: loggers);
        var id = await host.ScheduleAsync("Talk", 0);
        for (var step = 0; step < 3; step++)
        {
            await host.IdleAsync();
            await host.RestartAsync();
            await host.RaiseAsync(id, "Next", "");
        }

        await host.RunToEndAsync(id);

        Assert.Equal(["step 0", "step 1", "step 2"], log.Lines.Where(line => line.StartsWith("step", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_history_past_the_bound_fails_the_orchestration_and_says_what_to_do()
    {
        await using var host = await EngineHost.StartAsync(
            engine =>
            {
                engine.RegisterActivity<int, int>("One", _ => 1);
                engine.RegisterOrchestrator<int, int>("Forever", async (context, _) =>
                {
                    while (true)
                    {
                        await context.CallActivityAsync<int>("One", 0);
                    }
                });
            },
            options => options with { MaxHistoryEvents = 100 });

        var ended = await host.RunAsync("Forever", 0);

        Assert.Contains("more than 100 history events. Continue as new", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_that_are_not_kept_in_memory_are_replayed_each_turn_and_do_the_same()
    {
        await using var host = await EngineHost.StartAsync(Original, options => options with { MaxWarmInstances = 1 });
        var ids = new List<string>();
        for (var index = 0; index < 20; index++)
        {
            ids.Add(await host.ScheduleAsync("Order", index));
        }

        foreach (var id in ids)
        {
            await host.RaiseAsync(id, "Go", "now");
        }

        foreach (var id in ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunToEndAsync(id)).RuntimeStatus);
        }
    }

    private static async Task<string> FailureAfterChangeTo(Func<TaskOrchestrationContext, int, Task<int>> changed)
    {
        await using var host = await EngineHost.StartAsync(Original);
        var id = await host.ScheduleAsync("Order", 0, new StartOrchestrationOptions("order-1"));
        await host.RaiseAsync(id, "Go", "now");
        await host.IdleAsync();
        await host.RestartAsync(Version(changed));
        await host.RaiseAsync(id, "Wake", "now");

        var ended = await host.RunToEndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        return ended.FailureDetails!.ErrorMessage;
    }

    private static async Task<int> Steps(TaskOrchestrationContext context, string first, string second)
    {
        await context.CallActivityAsync(first);
        await context.WaitForExternalEvent<string>("Go");
        var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        await context.CallActivityAsync(second);
        await timer;
        return 0;
    }

    private static Action<DurableEngine> Version(Func<TaskOrchestrationContext, int, Task<int>> order) => engine =>
    {
        foreach (var name in (string[])["Reserve", "Charge", "Refund", "Notify"])
        {
            engine.RegisterActivity<object, int>(name, _ => 0);
        }

        engine.RegisterOrchestrator("Order", order);
    };

    private sealed class RecordingLogger : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
