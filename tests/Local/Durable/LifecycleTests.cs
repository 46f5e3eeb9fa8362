using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class LifecycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Action<DurableEngine> Approval { get; } = engine =>
    {
        engine.RegisterActivity<int, int>("Double", number => number * 2);
        engine.RegisterOrchestrator<int, string>("Approve", async (context, number) =>
        {
            context.SetCustomStatus(new { Waiting = true });
            var answer = await context.WaitForExternalEvent<string>("Answer");
            context.SetCustomStatus(new { Waiting = false });
            return $"{answer} {await context.CallActivityAsync<int>("Double", number)}";
        });
    };

    [Fact]
    public async Task A_suspended_instance_keeps_what_comes_and_acts_on_it_when_resumed()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var id = await host.ScheduleAsync("Approve", 21);
        await host.IdleAsync();
        await host.Client.SuspendInstanceAsync(id, "lunch", Cancellation);
        await host.RaiseAsync(id, "Answer", "yes");
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.GetAsync(id)).RuntimeStatus);
        await host.RestartAsync();
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.GetAsync(id)).RuntimeStatus);

        await host.Client.ResumeInstanceAsync(id, "back", Cancellation);

        Assert.Equal("yes 42", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_instance_that_is_suspended_before_its_start_time_starts_when_resumed()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Run", (_, number) => Task.FromResult(number)));
        var startAt = host.Time.GetUtcNow().AddHours(1);
        var id = await host.ScheduleAsync("Run", 5, new StartOrchestrationOptions { StartAt = startAt });
        await host.Client.SuspendInstanceAsync(id, null, Cancellation);
        await host.IdleAsync();
        host.Time.SetUtcNow(startAt);
        await host.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.GetAsync(id)).RuntimeStatus);
        await host.RestartAsync();

        await host.Client.ResumeInstanceAsync(id, null, Cancellation);

        Assert.Equal(5, (await host.RunToEndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_terminated_instance_shows_the_given_output_and_nothing_wakes_it()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var id = await host.ScheduleAsync("Approve", 1);
        await host.Client.SuspendInstanceAsync(id, null, Cancellation);
        await host.Client.TerminateInstanceAsync(id, "enough", Cancellation);
        await host.IdleAsync();

        await host.RaiseAsync(id, "Answer", "too late");
        await host.Client.ResumeInstanceAsync(id, null, Cancellation);
        await host.Client.TerminateInstanceAsync(id, "again", Cancellation);
        await host.RestartAsync();
        await host.IdleAsync();

        var ended = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("enough", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_custom_status_can_be_read_while_the_instance_runs()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var id = await host.ScheduleAsync("Approve", 1);
        await host.IdleAsync();
        Assert.Equal("""{"Waiting":true}""", (await host.GetAsync(id)).SerializedCustomStatus);

        await host.RaiseAsync(id, "Answer", "yes");

        Assert.Equal("""{"Waiting":false}""", (await host.RunToEndAsync(id)).SerializedCustomStatus);
    }

    [Fact]
    public async Task An_id_of_a_running_instance_is_refused_and_that_of_an_ended_one_is_used_again()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var options = new StartOrchestrationOptions("approval-1");
        await host.ScheduleAsync("Approve", 1, options);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.ScheduleAsync("Approve", 2, options));
        await host.RaiseAsync("approval-1", "Answer", "first");
        Assert.Equal("first 2", (await host.RunToEndAsync("approval-1")).ReadOutputAs<string>());

        await host.ScheduleAsync("Approve", 3, options);
        await host.RaiseAsync("approval-1", "Answer", "second");

        Assert.Equal("second 6", (await host.RunToEndAsync("approval-1")).ReadOutputAs<string>());
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.ScheduleAsync(
            "Approve", 4, options.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed)));
        Assert.Equal("second 6", (await host.GetAsync("approval-1")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\u0001b")]
    public async Task An_id_that_the_cloud_would_refuse_is_refused_here(string id)
    {
        await using var host = await EngineHost.StartAsync(Approval);

        await Assert.ThrowsAsync<ArgumentException>(() => host.ScheduleAsync("Approve", 1, new StartOrchestrationOptions(id)));
    }

    [Fact]
    public async Task A_restart_runs_the_same_input_again_under_the_same_or_a_new_id()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, int>("Run", (_, number) => Task.FromResult(number)));
        var first = await host.RunAsync("Run", 7);

        var again = await host.Client.RestartAsync(first.InstanceId, cancellation: Cancellation);
        var other = await host.Client.RestartAsync(first.InstanceId, restartWithNewInstanceId: true, Cancellation);

        Assert.Equal(first.InstanceId, again);
        Assert.NotEqual(first.InstanceId, other);
        Assert.Equal(7, (await host.RunToEndAsync(other)).ReadOutputAs<int>());
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody", cancellation: Cancellation));
    }

    [Fact]
    public async Task Waiting_ends_when_the_instance_starts_and_when_it_ends()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var id = await host.ScheduleAsync("Approve", 1, new StartOrchestrationOptions { StartAt = host.Time.GetUtcNow().AddHours(1) });
        var started = host.Client.WaitForInstanceStartAsync(id, Cancellation);
        var ended = host.Client.WaitForInstanceCompletionAsync(id, true, Cancellation);
        await host.IdleAsync();
        Assert.False(started.IsCompleted);

        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await started).RuntimeStatus);
        await host.RaiseAsync(id, "Answer", "yes");

        Assert.Equal("yes 2", (await ended).ReadOutputAs<string>());
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.WaitForInstanceCompletionAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task The_version_is_the_given_one_or_the_default_and_activities_inherit_it()
    {
        await using var host = await EngineHost.StartAsync(
            engine =>
            {
                engine.RegisterActivity<int, string>("Version", (context, _, _) => Task.FromResult(context.Version));
                engine.RegisterOrchestrator<int, string>("Run", async (context, _) =>
                    $"{context.Version} {await context.CallActivityAsync<string>("Version", 0)} "
                    + await context.CallActivityAsync<string>("Version", 0, new TaskOptions { Version = "9" }));
            },
            options => options with { DefaultVersion = "1.5" });

        var unspecified = await host.RunAsync("Run", 0);
        var specified = await host.RunAsync("Run", 0, new StartOrchestrationOptions { Version = "2.0" });

        Assert.Equal("1.5 1.5 9", unspecified.ReadOutputAs<string>());
        Assert.Equal("2.0 2.0 9", specified.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Tags_can_be_read_back_after_a_restart()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        var id = await host.ScheduleAsync(
            "Approve", 1, new StartOrchestrationOptions { Tags = new Dictionary<string, string> { ["event"] = "launch" } });
        await host.IdleAsync();
        await host.RestartAsync();

        Assert.Equal("launch", (await host.GetAsync(id)).Tags["event"]);
    }

    [Fact]
    public async Task Two_engines_cannot_have_the_same_file()
    {
        await using var host = await EngineHost.StartAsync(Approval);
        await using var second = new DurableEngine(new DurableEngineOptions { DatabasePath = host.DatabasePath });

        await Assert.ThrowsAsync<IOException>(() => second.StartAsync(Cancellation));
    }
}
