using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class LockTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task An_expired_lock_returns_the_message_and_its_old_holder_is_told()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var (receiver, first) = await ReceivedAsync(broker);

        time.Advance(TestBroker.LockDuration + TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(first, Ct));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
        Assert.False(error.IsTransient);
        var second = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        Assert.Equal(2, second.DeliveryCount);
        await receiver.CompleteMessageAsync(second, Ct);
    }

    [Fact]
    public async Task A_renewed_lock_holds_longer()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var (receiver, message) = await ReceivedAsync(broker);
        var until = message.LockedUntil;

        for (var i = 0; i < 5; i++)
        {
            time.Advance(TestBroker.LockDuration * 0.8);
            await receiver.RenewMessageLockAsync(message, Ct);
        }

        Assert.Equal(until + TestBroker.LockDuration * 4, message.LockedUntil, TimeSpan.FromMilliseconds(5));
        await receiver.CompleteMessageAsync(message, Ct);
    }

    [Fact]
    public async Task A_lost_lock_cannot_be_renewed()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var (receiver, message) = await ReceivedAsync(broker);
        time.Advance(TestBroker.LockDuration * 2);

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.RenewMessageLockAsync(message, Ct));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
    }

    [Fact]
    public async Task Outcomes_that_are_under_way_when_the_receiver_closes_are_stated_once()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        for (var round = 0; round < 20; round++)
        {
            await sender.SendMessagesAsync(Enumerable.Range(0, 10).Select(n => new ServiceBusMessage($"{round}.{n}")), Ct);
            var receiver = client.CreateReceiver("plain");
            var messages = new List<ServiceBusReceivedMessage>();
            while (messages.Count < 10) messages.AddRange(await receiver.ReceiveMessagesAsync(10 - messages.Count, cancellationToken: Ct));

            var outcomes = messages.Select(message => receiver.CompleteMessageAsync(message, Ct)).ToList();
            await receiver.CloseAsync(Ct);

            // One that was stated twice would hear that its lock is lost.
            await Task.WhenAll(outcomes);
        }
    }

    [Fact]
    public async Task A_message_is_settled_through_the_management_node_when_its_link_is_gone()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        await message.Delivery.Link.CloseAsync();

        await receiver.CompleteMessageAsync(message, Ct);

        Assert.Null(await receiver.PeekMessageAsync(0, Ct));
    }

    [Fact]
    public async Task A_cancelled_receive_leaves_no_message_locked()
    {
        // The broker's clock stands still: a message that was locked and forgotten would never come again.
        await using var broker = await TestBroker.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        var receiver = client.CreateReceiver("plain");
        for (var round = 0; round < 20; round++)
        {
            using var cancelled = new CancellationTokenSource();
            var receive = receiver.ReceiveMessagesAsync(10, cancellationToken: cancelled.Token);
            var send = sender.SendMessageAsync(new ServiceBusMessage($"{round}"), Ct);
            if (round % 3 > 0)
                await Task.Yield();
            if (round % 3 > 1)
                await send;
            await cancelled.CancelAsync();
            await send;
            IReadOnlyList<ServiceBusReceivedMessage> got = [];
            try
            {
                got = await receive;
            }
            catch (OperationCanceledException)
            {
                // As asked. The message goes to another receiver, then.
            }

            var other = client.CreateReceiver("plain");
            if (got.Count == 0)
                got = [await other.ReceiveMessageAsync(cancellationToken: Ct)];
            Assert.Equal($"{round}", Assert.Single(got).Body.ToString());
            Assert.Equal(1, got[0].DeliveryCount);
            await other.CompleteMessageAsync(got[0], Ct);
            await other.CloseAsync(Ct);
        }
    }

    [Fact]
    public async Task Closing_a_receiver_gives_its_prefetched_messages_back()
    {
        await using var broker = await TestBroker.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var client = broker.Client();
        await client.CreateSender("plain").SendMessagesAsync(Enumerable.Range(0, 10).Select(i => new ServiceBusMessage($"{i}")), Ct);
        var hoarder = client.CreateReceiver("plain", new ServiceBusReceiverOptions { PrefetchCount = 100 });
        var first = await hoarder.ReceiveMessageAsync(cancellationToken: Ct);
        await hoarder.CompleteMessageAsync(first, Ct);

        await hoarder.CloseAsync(Ct);

        var rest = await SendAndReceiveTests.ReceiveAllAsync(client.CreateReceiver("plain"), 9);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => $"{i}"), rest.Select(m => m.Body.ToString()).Order());
        Assert.True(hoarder.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => hoarder.ReceiveMessageAsync(cancellationToken: Ct));
    }

    /// <summary>A message that was sent, and the receiver that holds its lock.</summary>
    private static async Task<(ServiceBusReceiver Receiver, ServiceBusReceivedMessage Message)> ReceivedAsync(TestBroker broker)
    {
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        return (receiver, await receiver.ReceiveMessageAsync(cancellationToken: Ct));
    }
}
