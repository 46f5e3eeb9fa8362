using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Tests;

public sealed class StoreTests
{
    [Fact]
    public async Task Writes_that_come_in_during_a_commit_share_the_next_one()
    {
        using var firstCommit = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var commits = 0;
        await using var host = await EngineHost.StartAsync(
            engine => engine.RegisterOrchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("Go")),
            options => options with
            {
                OnCommitPoint = point =>
                {
                    if (point == CommitPoint.BeforeCommit && Interlocked.Increment(ref commits) == 1)
                    {
                        firstCommit.Set();
                        release.Wait();
                    }
                },
            });
        var starts = new List<Task<string>> { host.ScheduleAsync("Wait", 0) };
        firstCommit.Wait(TestContext.Current.CancellationToken);
        for (var index = 1; index <= 100; index++)
        {
            starts.Add(host.ScheduleAsync("Wait", index, new StartOrchestrationOptions { StartAt = DateTimeOffset.MaxValue }));
        }

        release.Set();
        await Task.WhenAll(starts);
        await host.IdleAsync();

        // The first start, the hundred together, and the turn of the first.
        Assert.InRange(commits, 2, 3);
    }

    [Fact]
    public async Task A_file_of_another_schema_is_refused()
    {
        await using var host = await EngineHost.StartAsync(_ => { });
        await host.CloseAsync();
        await using (var connection = new SqliteConnection($"Data Source={host.DatabasePath};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => host.OpenAsync());

        Assert.Contains("schema 99", refusal.Message, StringComparison.Ordinal);
        await host.CloseAsync();
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_registration_after_the_start_are_refused()
    {
        await using var host = await EngineHost.StartAsync(engine =>
        {
            engine.RegisterActivity<int, int>("Double", number => number * 2);
            Assert.Throws<InvalidOperationException>(() => engine.RegisterActivity<int, int>("DOUBLE", number => number));
        });

        Assert.Throws<InvalidOperationException>(() => host.Engine.RegisterActivity<int, int>("Late", number => number));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Engine.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_fails_its_own_instance_only()
    {
        await using var host = await EngineHost.StartAsync(engine =>
            engine.RegisterOrchestrator<int, string>("Wait", (context, _) => context.WaitForExternalEvent<string>("Go")));
        var broken = await host.ScheduleAsync("Wait", 0, new StartOrchestrationOptions("broken"));
        var sound = await host.ScheduleAsync("Wait", 0, new StartOrchestrationOptions("sound"));
        await host.IdleAsync();
        await host.CloseAsync();
        await using (var connection = new SqliteConnection($"Data Source={host.DatabasePath};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE history SET record = '{' WHERE key = (SELECT key FROM instances WHERE id = 'broken')";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        await host.OpenAsync();
        await host.RaiseAsync(broken, "Go", "now");
        await host.RaiseAsync(sound, "Go", "now");

        Assert.True((await host.RunToEndAsync(broken)).FailureDetails!.IsCausedBy<System.Text.Json.JsonException>());
        Assert.Equal("now", (await host.RunToEndAsync(sound)).ReadOutputAs<string>());
    }
}
