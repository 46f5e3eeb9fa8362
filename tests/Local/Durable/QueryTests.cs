using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

public sealed class QueryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Action<DurableEngine> Tasks { get; } = engine =>
    {
        engine.RegisterOrchestrator<int, int>("Run", (_, number) => Task.FromResult(number));
        engine.RegisterOrchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("Go"));
        engine.RegisterOrchestrator<int, int>("Fail", (_, _) => throw new InvalidOperationException("broken"));
        engine.RegisterOrchestrator<int, int>("Parent", async (context, _) =>
            await context.CallSubOrchestratorAsync<int>("Run", 1, new SubOrchestrationOptions(instanceId: "child")));
    };

    [Fact]
    public async Task Instances_are_listed_page_by_page_oldest_first()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        for (var index = 0; index < 7; index++)
        {
            await host.RunAsync("Run", index, new StartOrchestrationOptions($"run-{index}"));
        }

        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in host.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 3)).AsPages())
        {
            pages.Add(page);
        }

        Assert.Equal([3, 3, 1], pages.Select(page => page.Values.Count));
        Assert.Equal(
            Enumerable.Range(0, 7).Select(index => $"run-{index}"),
            pages.SelectMany(page => page.Values).Select(instance => instance.InstanceId));
        var rest = new List<string>();
        await foreach (var instance in host.Client.GetAllInstancesAsync(
            new OrchestrationQuery(ContinuationToken: pages[0].ContinuationToken)))
        {
            rest.Add(instance.InstanceId);
        }

        Assert.Equal(["run-3", "run-4", "run-5", "run-6"], rest);
    }

    [Fact]
    public async Task Instances_are_selected_by_status_time_prefix_and_hub()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        await host.RunAsync("Run", 1, new StartOrchestrationOptions("a-run"));
        host.Time.Advance(TimeSpan.FromHours(1));
        var later = host.Time.GetUtcNow();
        await host.RunAsync("Fail", 1, new StartOrchestrationOptions("a-fail"));
        await host.ScheduleAsync("Wait", 1, new StartOrchestrationOptions("b-wait"));
        await host.IdleAsync();

        Assert.Equal(["a-fail"], await Ids(host, new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal(["a-run", "a-fail"], await Ids(host, new OrchestrationQuery(InstanceIdPrefix: "a-")));
        Assert.Equal(["a-fail", "b-wait"], await Ids(host, new OrchestrationQuery(CreatedFrom: later)));
        Assert.Equal(["a-run"], await Ids(host, new OrchestrationQuery(CreatedTo: later.AddTicks(-1))));
        Assert.Empty(await Ids(host, new OrchestrationQuery(TaskHubNames: ["another"])));
        Assert.Equal(3, (await Ids(host, new OrchestrationQuery(TaskHubNames: ["Marquee"]))).Count);
        Assert.Equal(["a-run", "a-fail"], (await host.Client.ListInstanceIdsAsync(cancellation: Cancellation)).Values);
    }

    [Fact]
    public async Task Inputs_and_outputs_come_only_if_asked_for()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        var ended = await host.RunAsync("Run", 1);

        var bare = (await host.Client.GetInstanceAsync(ended.InstanceId, Cancellation))!;

        Assert.Null(bare.SerializedOutput);
        Assert.Throws<InvalidOperationException>(() => bare.ReadOutputAs<int>());
        Assert.Null(await host.Client.GetInstanceAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task Only_ended_instances_are_purged()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        var ended = await host.RunAsync("Run", 1);
        var waiting = await host.ScheduleAsync("Wait", 1);
        await host.IdleAsync();

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(ended.InstanceId, Cancellation)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(waiting, Cancellation)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody", Cancellation)).PurgedInstanceCount);

        Assert.Null(await host.Client.GetInstanceAsync(ended.InstanceId, Cancellation));
        Assert.Empty(host.Engine.ReadHistory(ended.InstanceId));
        await host.RaiseAsync(waiting, "Go", "went");
        Assert.Equal("went", (await host.RunToEndAsync(waiting)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Children_are_purged_with_their_parent_only_if_asked(bool recursive, int purged)
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        var parent = await host.RunAsync("Parent", 1);

        var result = await host.Client.PurgeInstanceAsync(parent.InstanceId, new PurgeInstanceOptions(recursive), Cancellation);

        Assert.Equal(purged, result.PurgedInstanceCount);
        Assert.Equal(recursive, await host.Client.GetInstanceAsync("child", Cancellation) is null);
    }

    [Fact]
    public async Task A_filter_purges_what_it_selects_in_as_many_batches_as_it_takes()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        for (var index = 0; index < 120; index++)
        {
            await host.ScheduleAsync("Run", index);
        }

        await host.ScheduleAsync("Fail", 0);
        await host.ScheduleAsync("Wait", 0);
        await host.IdleAsync();

        var result = await host.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]), Cancellation);

        Assert.Equal(120, result.PurgedInstanceCount);
        Assert.True(result.IsComplete);
        Assert.Equal(2, (await Ids(host, new OrchestrationQuery())).Count);
        Assert.False((await host.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter { Timeout = TimeSpan.Zero }, Cancellation)).IsComplete);
    }

    [Fact]
    public async Task An_id_can_be_used_again_after_a_purge()
    {
        await using var host = await EngineHost.StartAsync(Tasks);
        await host.RunAsync("Run", 1, new StartOrchestrationOptions("same"));
        await host.Client.PurgeInstanceAsync("same", Cancellation);

        Assert.Equal(2, (await host.RunAsync("Run", 2, new StartOrchestrationOptions("same"))).ReadOutputAs<int>());
    }

    private static async Task<List<string>> Ids(EngineHost host, OrchestrationQuery query)
    {
        var ids = new List<string>();
        await foreach (var instance in host.Client.GetAllInstancesAsync(query))
        {
            ids.Add(instance.InstanceId);
        }

        return ids;
    }
}
