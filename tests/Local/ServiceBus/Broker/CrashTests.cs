using System.Collections.Concurrent;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>The broker's process is killed with SIGKILL at seeded moments while messages are sent and completed.</summary>
public sealed class CrashTests : IDisposable
{
    // Without a duplicate window an acknowledgement lost in a crash could not be told from a second message.
    private const string Queue = "once";
    private const int Rounds = 6;
    private const int Senders = 4;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(20261123)]
    public async Task Nothing_accepted_is_lost_and_nothing_completed_comes_back(int seed)
    {
        var random = new Random(seed);
        var accepted = new ConcurrentDictionary<string, bool>();
        var attempted = new ConcurrentDictionary<string, bool>();
        var completed = new ConcurrentDictionary<string, int>();
        var completing = new ConcurrentDictionary<string, int>();
        var returned = new ConcurrentBag<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var broker = await BrokerProcess.StartAsync(_folder.Path);
            using var stop = new CancellationTokenSource();
            var work = Enumerable.Range(0, Senders)
                .Select(sender => Task.Run(() => SendAsync(broker, $"{round}-{sender}", attempted, accepted, stop.Token), TestContext.Current.CancellationToken))
                .Append(Task.Run(() => ReceiveAsync(broker, completing, completed, returned, stop.Token), TestContext.Current.CancellationToken))
                .ToList();
            var crashAfter = accepted.Count + random.Next(5, 150);
            await WaitUntilAsync(() => accepted.Count >= crashAfter || work.Any(w => w.IsCompleted));
            await broker.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(work);
        }

        await using var last = await BrokerProcess.StartAsync(_folder.Path);
        var drained = new ConcurrentDictionary<string, int>();
        await DrainAsync(last, drained);

        Assert.Empty(returned);
        Assert.True(accepted.Count > Rounds * 5, $"{accepted.Count} accepted");
        Assert.DoesNotContain(accepted.Keys, id => !completed.ContainsKey(id) && !completing.ContainsKey(id) && !drained.ContainsKey(id));
        Assert.DoesNotContain(drained.Keys, completed.ContainsKey);
        Assert.DoesNotContain(drained.Keys, id => !attempted.ContainsKey(id));
        // Ids are remembered with their messages: however often one was sent again, it is there once.
        Assert.All(drained.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task A_terminated_broker_stops_cleanly_and_starts_with_what_it_had()
    {
        await using (var broker = await BrokerProcess.StartAsync(_folder.Path))
        {
            await using var client = new ServiceBusClient(broker.ConnectionString);
            await client.CreateSender(Queue).SendMessageAsync(Message("kept"), TestContext.Current.CancellationToken);
            Assert.Equal(0, await broker.TerminateAsync());
        }

        await using var again = await BrokerProcess.StartAsync(_folder.Path);
        var drained = new ConcurrentDictionary<string, int>();
        await DrainAsync(again, drained);
        Assert.Equal(["kept"], drained.Keys);
    }

    [Fact]
    public async Task A_wrong_configuration_ends_the_process_with_the_entity_named()
    {
        var config = _folder.File("Config.json");
        await File.WriteAllTextAsync(config, """{ "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "till", "Properties": { "LockDuration": "soon" } } ] } ] } }""",
            TestContext.Current.CancellationToken);
        var (exitCode, errors) = await BrokerProcess.RunAsync("--config", config, "--data", _folder.Path);
        Assert.Equal(2, exitCode);
        Assert.Contains("queue 'till': LockDuration", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_brokers_do_not_share_a_folder()
    {
        await using var broker = await BrokerProcess.StartAsync(_folder.Path);
        var (exitCode, errors) = await BrokerProcess.RunAsync("--config", _folder.File("Config.json"), "--data", _folder.File("data"), "--port", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains("broker.lock", errors, StringComparison.Ordinal);
    }

    private static async Task SendAsync(BrokerProcess broker, string prefix, ConcurrentDictionary<string, bool> attempted, ConcurrentDictionary<string, bool> accepted, CancellationToken stop)
    {
        await UntilItDiesAsync(broker, async client =>
        {
            var sender = client.CreateSender(Queue);
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = $"{prefix}-{i}";
                attempted[id] = true;
                await sender.SendMessageAsync(Message(id), stop);
                accepted[id] = true;
            }
        });
    }

    private static async Task ReceiveAsync(BrokerProcess broker, ConcurrentDictionary<string, int> completing, ConcurrentDictionary<string, int> completed,
        ConcurrentBag<string> returned, CancellationToken stop)
    {
        await UntilItDiesAsync(broker, async client =>
        {
            var receiver = client.CreateReceiver(Queue);
            while (!stop.IsCancellationRequested)
            {
                if (await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(1), stop) is not { } message)
                    continue;
                if (completed.ContainsKey(message.MessageId))
                    returned.Add(message.MessageId);
                completing[message.MessageId] = 1;
                await receiver.CompleteMessageAsync(message, stop);
                completed[message.MessageId] = 1;
            }
        });
    }

    private static async Task DrainAsync(BrokerProcess broker, ConcurrentDictionary<string, int> drained)
    {
        await using var client = new ServiceBusClient(broker.ConnectionString);
        var receiver = client.CreateReceiver(Queue);
        while (await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken) is { } message)
        {
            drained.AddOrUpdate(message.MessageId, 1, (_, times) => times + 1);
            await receiver.CompleteMessageAsync(message, TestContext.Current.CancellationToken);
        }
    }

    // Without retries: what the client said was accepted or completed, one broker said.
    private static async Task UntilItDiesAsync(BrokerProcess broker, Func<ServiceBusClient, Task> work)
    {
        try
        {
            await using var client = new ServiceBusClient(broker.ConnectionString, new ServiceBusClientOptions { RetryOptions = new ServiceBusRetryOptions { MaxRetries = 0 } });
            await work(client);
        }
        catch (Exception e) when (e is ServiceBusException or OperationCanceledException)
        {
            // It died, as intended.
        }
    }

    private static ServiceBusMessage Message(string id) => new(new string('x', 200)) { MessageId = id };

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
    }
}
