using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class SubOrchestrationTests
{
    [Fact]
    public async Task A_child_gives_its_output_to_its_parent_and_knows_it()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterOrchestrator<int, string>("Child", (context, number) =>
                Task.FromResult($"{number} for {context.Parent!.Name} {context.Parent.InstanceId}"));
            engine.RegisterOrchestrator<int, string>("Parent", (context, number) =>
                context.CallSubOrchestratorAsync<string>("Child", number, new SubOrchestrationOptions(instanceId: "the-child")));
        });

        var ended = await host.RunAsync("Parent", 7, new StartOrchestrationOptions("the-parent"));

        Assert.Equal("7 for Parent the-parent", ended.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.GetAsync("the-child")).RuntimeStatus);
    }

    [Fact]
    public async Task A_failed_child_throws_into_its_parent()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Charge", _ => throw new InvalidOperationException("declined"));
            engine.RegisterOrchestrator<int, int>("Child", (context, _) => context.CallActivityAsync<int>("Charge", 0));
            engine.RegisterOrchestrator<int, string>("Parent", async (context, _) =>
            {
                try
                {
                    await context.CallSubOrchestratorAsync("Child", 0);
                    return "paid";
                }
                catch (TaskFailedException failed)
                {
                    return $"{failed.TaskName}: {failed.FailureDetails.InnerFailure!.ErrorMessage}";
                }
            });
        });

        Assert.Equal("Child: declined", (await host.RunAsync("Parent", 0)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_child_that_fails_is_tried_again_under_the_same_id()
    {
        var attempts = 0;
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Flaky", _ => Interlocked.Increment(ref attempts) < 3 ? throw new TimeoutException() : 9);
            engine.RegisterOrchestrator<int, int>("Child", (context, _) => context.CallActivityAsync<int>("Flaky", 0));
            engine.RegisterOrchestrator<int, int>("Parent", (context, _) => context.CallSubOrchestratorAsync<int>(
                "Child", 0, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromMinutes(1))).WithInstanceId("the-child")));
        });

        Assert.Equal(9, (await host.RunAsync("Parent", 0)).ReadOutputAs<int>());
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_child_whose_id_is_taken_by_a_running_instance_fails_in_its_parent()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterOrchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("Never"));
            engine.RegisterOrchestrator<int, string>("Parent", async (context, _) =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Wait", 0, new SubOrchestrationOptions(instanceId: "taken"));
                }
                catch (TaskFailedException failed)
                {
                    return failed.FailureDetails.ErrorMessage;
                }
            });
        });
        await host.ScheduleAsync("Wait", 0, new StartOrchestrationOptions("taken"));

        var ended = await host.RunAsync("Parent", 0);

        Assert.Contains("'taken' already exists", ended.ReadOutputAs<string>()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, OrchestrationRuntimeStatus.Terminated)]
    [InlineData(false, OrchestrationRuntimeStatus.Running)]
    public async Task Terminating_a_parent_terminates_its_descendants_only_if_asked(bool recursive, OrchestrationRuntimeStatus expected)
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterOrchestrator<int, string>("Leaf", (context, _) => context.WaitForExternalEvent<string>("Never"));
            engine.RegisterOrchestrator<int, string>("Middle", (context, _) =>
                context.CallSubOrchestratorAsync<string>("Leaf", 0, new SubOrchestrationOptions(instanceId: "leaf")));
            engine.RegisterOrchestrator<int, string>("Top", (context, _) =>
                context.CallSubOrchestratorAsync<string>("Middle", 0, new SubOrchestrationOptions(instanceId: "middle")));
        });
        var id = await host.ScheduleAsync("Top", 0);
        await host.IdleAsync();

        await host.Client.TerminateInstanceAsync(
            id, new TerminateInstanceOptions("stop", recursive), TestContext.Current.CancellationToken);
        await host.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.GetAsync(id)).RuntimeStatus);
        Assert.Equal("stop", (await host.GetAsync(id)).ReadOutputAs<string>());
        Assert.Equal(expected, (await host.GetAsync("middle")).RuntimeStatus);
        Assert.Equal(expected, (await host.GetAsync("leaf")).RuntimeStatus);
    }

    [Fact]
    public async Task A_terminated_child_throws_into_its_parent()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterOrchestrator<int, string>("Child", (context, _) => context.WaitForExternalEvent<string>("Never"));
            engine.RegisterOrchestrator<int, string>("Parent", async (context, _) =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child", 0, new SubOrchestrationOptions(instanceId: "child"));
                }
                catch (TaskFailedException failed)
                {
                    return failed.FailureDetails.ErrorMessage;
                }
            });
        });
        var id = await host.ScheduleAsync("Parent", 0);
        await host.IdleAsync();

        await host.Client.TerminateInstanceAsync("child", TestContext.Current.CancellationToken);

        Assert.Equal("Orchestration instance 'child' was terminated.", (await host.RunToEndAsync(id)).ReadOutputAs<string>());
    }
}
