using System.Collections.Concurrent;
using Marquee.Local.ServiceBus.Pumps;
using Marquee.Local.ServiceBus.Tests.Broker;

namespace Marquee.Local.ServiceBus.Tests.Client;

/// <summary>The broker as a process of its own, killed with SIGKILL while a sender and a pump are at work.</summary>
public sealed class KilledBrokerTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private BrokerProcess? _broker;

    [Fact]
    public async Task What_was_accepted_is_delivered_and_what_was_completed_stays_so_however_often_the_broker_is_killed()
    {
        var broker = _broker = await BrokerProcess.StartAsync(_folder.Path);
        await using var client = new ServiceBusClient(broker.ConnectionString, TestBroker.Options());
        var accepted = new ConcurrentDictionary<string, bool>();
        var delivered = new ConcurrentDictionary<string, bool>();
        var completed = new ConcurrentDictionary<string, int>();
        await using var pump = new MessagePump(
            client,
            "once",
            new() { MaxConcurrentCalls = 4, PrefetchCount = 8 },
            async (delivery, cancellationToken) =>
            {
                var message = delivery.Messages[0];
                delivered[message.MessageId] = true;
                await delivery.Receiver.CompleteMessageAsync(message, cancellationToken);
                completed.AddOrUpdate(message.MessageId, 1, (_, count) => count + 1);
            },
            _ => Task.CompletedTask);
        pump.Start();
        using var enough = new CancellationTokenSource();
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => SendAsync(client.CreateSender("once"), worker, accepted, enough.Token)));

        for (var kill = 1; kill <= 4; kill++)
        {
            await TestBroker.UntilAsync(() => completed.Count > 40 * kill);
            await broker.DisposeAsync();
            broker = _broker = await BrokerProcess.StartAsync(_folder.Path, broker.Port);
        }

        await enough.CancelAsync();
        await sending;
        var reader = client.CreateReceiver("once");
        await TestBroker.UntilAsync(async () => await reader.PeekMessageAsync(0, TestBroker.Ct) is null);
        await pump.StopAsync(TestBroker.Ct);

        Assert.Empty(accepted.Keys.Except(delivered.Keys));
        Assert.All(completed.Values, count => Assert.Equal(1, count));
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task SendAsync(
        ServiceBusSender sender,
        int worker,
        ConcurrentDictionary<string, bool> accepted,
        CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var message = new ServiceBusMessage("fact") { MessageId = $"{worker}-{i}" };
            await sender.SendMessageAsync(message, TestBroker.Ct);
            accepted[message.MessageId] = true;
        }
    }
}
