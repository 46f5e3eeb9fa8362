using System.Globalization;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

/// <summary>
/// Orchestrations that use everything, whose outcome does not depend on where they were interrupted. Each activity leaves a line in a file
/// per call, so that a check can tell how often it ran.
/// </summary>
internal static class CrashWorkload
{
    public static void Register(DurableEngine engine, string effectsFolder)
    {
        engine.RegisterActivity<string, int>("Effect", (context, call, _) =>
        {
            // One file a call, one byte a run: an append of one byte is never torn.
            using var file = new FileStream(Path.Combine(effectsFolder, $"{context.InstanceId}-{call}"), FileMode.Append);
            file.WriteByte((byte)'x');
            return Task.FromResult(call.Length);
        });
        engine.RegisterActivity<string, int>("Flaky", (context, call, _) =>
        {
            var path = Path.Combine(effectsFolder, $"{context.InstanceId}-{call}");
            using var file = new FileStream(path, FileMode.Append);
            file.WriteByte((byte)'x');
            return file.Length < 2 ? throw new TimeoutException("not yet") : Task.FromResult(1);
        });
        engine.RegisterOrchestrator<int, string>("Order", OrderAsync);
        engine.RegisterOrchestrator<int, int>("Item", ItemAsync);
        engine.RegisterOrchestrator<int, int>("Rounds", RoundsAsync);
    }

    /// <summary>Starts what is missing and raises the events; safe to repeat.</summary>
    public static async Task StartMissingAsync(DurableTaskClient client, int orders, CancellationToken cancellation)
    {
        for (var number = 0; number < orders; number++)
        {
            var id = Id(number);
            if (await client.GetInstanceAsync(id, cancellation) is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync("Order", number, new StartOrchestrationOptions(id), cancellation);
            }

            // Perhaps once too often: what nobody waits for is dropped at the end.
            await client.RaiseEventAsync(id, "Paid", number, cancellation);
        }
    }

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"order-{number}");

    public static string ExpectedOutput(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"paid {number}, items 12, rounds 3, steps 15, late");

    private static async Task<string> OrderAsync(TaskOrchestrationContext context, int number)
    {
        var steps = 0;
        for (var step = 0; step < 3; step++)
        {
            steps += await context.CallActivityAsync<int>("Effect", $"step{step}");
        }

        var paid = await context.WaitForExternalEvent<int>("Paid");
        var items = await Task.WhenAll(Enumerable.Range(0, 3).Select(item => context.CallSubOrchestratorAsync<int>(
            "Item", item, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-item{item}"))));
        var rounds = await context.CallSubOrchestratorAsync<int>(
            "Rounds", 0, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-rounds"));
        string reply;
        try
        {
            reply = await context.WaitForExternalEvent<string>("Reply", TimeSpan.FromMilliseconds(5));
        }
        catch (TaskCanceledException)
        {
            reply = "late";
        }

        context.SetCustomStatus("done");
        return string.Create(
            CultureInfo.InvariantCulture, $"paid {paid}, items {items.Sum()}, rounds {rounds}, steps {steps}, {reply}");
    }

    private static async Task<int> ItemAsync(TaskOrchestrationContext context, int item)
    {
        var timer = context.CreateTimer(TimeSpan.FromMilliseconds(2), CancellationToken.None);
        var done = await Task.WhenAll(Enumerable.Range(0, 3).Select(call => context.CallActivityAsync<int>("Effect", $"c{call}")));
        await timer;
        return done.Sum() - 2;
    }

    private static async Task<int> RoundsAsync(TaskOrchestrationContext context, int round)
    {
        await context.CallActivityAsync<int>(
            "Flaky", $"round{round}", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromMilliseconds(1))));
        if (round < 3)
        {
            context.ContinueAsNew(round + 1);
        }

        return round;
    }
}
