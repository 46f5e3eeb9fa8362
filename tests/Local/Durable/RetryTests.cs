using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task Delays_grow_by_the_coefficient_up_to_the_longest_one()
    {
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(engine, attempts, failures: 6, TaskOptions.FromRetryPolicy(
            new RetryPolicy(10, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(10)))));

        var ended = await host.RunAsync("Run", 0);

        Assert.Equal("attempt 7", ended.ReadOutputAs<string>());
        Assert.Equal([0, 1, 3, 7, 15, 25, 35], attempts);
    }

    [Fact]
    public async Task The_last_attempt_is_not_waited_after()
    {
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(engine, attempts, failures: 99, TaskOptions.FromRetryPolicy(
            new RetryPolicy(3, TimeSpan.FromMinutes(1)))));
        var startedAt = host.Time.GetUtcNow();

        var ended = await host.RunAsync("Run", 0);

        Assert.Equal("attempt 3", ended.FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal([0, 60, 120], attempts);
        Assert.Equal(startedAt.AddMinutes(2), host.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_failure_after_the_timeout_is_final()
    {
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(engine, attempts, failures: 99, TaskOptions.FromRetryPolicy(
            new RetryPolicy(99, TimeSpan.FromMinutes(1), retryTimeout: TimeSpan.FromMinutes(5)))));

        await host.RunAsync("Run", 0);

        Assert.Equal([0, 60, 120, 180, 240, 300], attempts);
    }

    [Fact]
    public async Task A_failure_that_the_policy_does_not_handle_is_final()
    {
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(engine, attempts, failures: 99, TaskOptions.FromRetryPolicy(
            new RetryPolicy(99, TimeSpan.FromMinutes(1)) { HandleFailure = failure => !failure.IsCausedBy<TimeoutException>() })));

        await host.RunAsync("Run", 0);

        Assert.Equal([0], attempts);
    }

    [Fact]
    public async Task A_handler_decides_at_once_and_sees_the_attempts_and_the_failure()
    {
        var seen = new List<string>();
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(
            engine,
            attempts,
            failures: 2,
            TaskOptions.FromRetryHandler(retry =>
            {
                if (!retry.OrchestrationContext.IsReplaying)
                {
                    seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.TotalRetryTime}");
                }

                return retry.LastAttemptNumber < 5;
            })));

        var ended = await host.RunAsync("Run", 0);

        Assert.Equal("attempt 3", ended.ReadOutputAs<string>());
        Assert.Equal(["1 attempt 1 00:00:00", "2 attempt 2 00:00:00"], seen);
    }

    [Fact]
    public async Task A_handler_may_wait_with_durable_timers_and_give_up()
    {
        var attempts = new List<double>();
        AsyncRetryHandler handler = async retry =>
        {
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(retry.LastAttemptNumber), retry.CancellationToken);
            return retry.LastAttemptNumber < 3;
        };
        await using var host = await EngineHost.StartAsync(engine =>
            Register(engine, attempts, failures: 99, TaskOptions.FromRetryHandler(handler)));

        var ended = await host.RunAsync("Run", 0);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal([0, 60, 180], attempts);
    }

    [Fact]
    public async Task Retries_go_on_where_they_were_after_a_restart()
    {
        var attempts = new List<double>();
        await using var host = await EngineHost.StartAsync(engine => Register(engine, attempts, failures: 4, TaskOptions.FromRetryPolicy(
            new RetryPolicy(10, TimeSpan.FromDays(1)))));
        var id = await host.ScheduleAsync("Run", 0);
        await host.IdleAsync();
        for (var day = 0; day < 4; day++)
        {
            await host.RestartAsync();
            host.Time.Advance(TimeSpan.FromDays(1));
            await host.IdleAsync();
        }

        Assert.Equal("attempt 5", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(5, attempts.Count);
    }

    [Theory]
    [InlineData(0, 1, 1.0)]
    [InlineData(1, 0, 1.0)]
    [InlineData(1, 1, 0.9)]
    public void A_policy_out_of_range_is_refused(int attempts, int seconds, double coefficient) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(attempts, TimeSpan.FromSeconds(seconds), coefficient));

    private static void Register(DurableEngine engine, List<double> attempts, int failures, TaskOptions options)
    {
        DateTimeOffset? first = null;
        engine.RegisterActivity<int, string>("Flaky", _ =>
        {
            first ??= engine.Time.GetUtcNow();
            attempts.Add((engine.Time.GetUtcNow() - first.Value).TotalSeconds);
            var message = $"attempt {attempts.Count}";
            return attempts.Count <= failures ? throw new TimeoutException(message) : message;
        });
        engine.RegisterOrchestrator<int, string>("Run", (context, _) => context.CallActivityAsync<string>("Flaky", 0, options));
    }
}
