using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Extensions.Time.Testing;
using static Marquee.Local.ServiceBus.Tests.Broker.QueueDriver;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class LockAndOrderTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_expired_lock_returns_the_message_and_counts_the_delivery()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message("a"));
        var consumer = TestConsumer.On(queue);
        var first = await consumer.ReceiveOneAsync();
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(30), first.LockedUntil);
        consumer.Want(1);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, consumer.Unread);
        _time.Advance(TimeSpan.FromSeconds(1));

        var second = await consumer.ReceiveOneAsync();
        Assert.Equal(1, second.DeliveryCount);
        Assert.Equal("com.microsoft:message-lock-lost", (await queue.SettleAsync(first, new Settlement.Complete()))?.Condition);
        await queue.CompleteAsync(second);
    }

    [Fact]
    public async Task A_renewed_lock_holds_on()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message("a"));
        var message = await TestConsumer.On(queue).ReceiveOneAsync();

        _time.Advance(TimeSpan.FromSeconds(20));
        var (until, error) = queue.Renew([message.LockToken!.Value]);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Null(error);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(10), Assert.Single(until));
        await queue.CompleteAsync(message);
        Assert.NotNull(queue.Renew([message.LockToken!.Value]).Error);
    }

    [Fact]
    public async Task A_message_whose_locks_expire_too_often_is_dead_lettered()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message("poison"));
        var consumer = TestConsumer.On(queue);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await consumer.ReceiveOneAsync()).DeliveryCount);
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        var dead = await TestConsumer.On(queue.DeadLetters!).ReceiveOneAsync();
        Assert.Equal("MaxDeliveryCountExceeded", dead.PropertiesOf()["DeadLetterReason"]);
        Assert.Equal("orders", dead.Message.DeadLetterSource);
        Assert.Empty(queue.Count());
    }

    [Fact]
    public async Task An_abandoned_message_goes_back_to_its_place()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message(1), Message(2), Message(3));
        var consumer = TestConsumer.On(queue);
        var first = await consumer.ReceiveOneAsync();
        Assert.Null(await queue.SettleAsync(first, new Settlement.Abandon()));

        Assert.Equal([1, 2, 3], (await consumer.ReceiveAsync(3)).Select(d => (int)d.BodyOf()));
    }

    [Fact]
    public async Task Messages_keep_order_count_and_place_over_a_restart()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        for (var i = 1; i <= 5; i++)
            await queue.SendAsync(Message(i));
        var consumer = TestConsumer.On(queue);
        var messages = await consumer.ReceiveAsync(3);
        await queue.CompleteAsync(messages[1]);
        Assert.Null(await queue.SettleAsync(messages[0], new Settlement.Abandon()));

        await broker.RestartAsync();

        // 3 was locked: it is free again, and that it was delivered once is known.
        var again = await TestConsumer.On(broker.Queue("orders")).ReceiveAsync(4);
        Assert.Equal([(1, 1), (3, 1), (4, 0), (5, 0)], again.Select(d => ((int)d.BodyOf(), d.DeliveryCount)));
        await broker.Queue("orders").SendAsync(Message(6));
        Assert.Equal(6, (await TestConsumer.On(broker.Queue("orders")).ReceiveOneAsync()).Message.Sequence);
    }

    [Fact]
    public async Task A_sequence_number_is_not_given_twice_after_the_queue_was_empty()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await broker.Queue("orders").SendAsync(Message(1), Message(2));
        await broker.Queue("orders").CompleteAsync(await TestConsumer.On(broker.Queue("orders")).ReceiveAsync(2));

        await broker.RestartAsync();

        await broker.Queue("orders").SendAsync(Message(3));
        Assert.Equal(3, (await TestConsumer.On(broker.Queue("orders")).ReceiveOneAsync()).Message.Sequence);
    }

    [Fact]
    public async Task A_released_message_comes_again_uncounted()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message(1));
        var consumer = TestConsumer.On(queue);
        Assert.Null(await queue.SettleAsync(await consumer.ReceiveOneAsync(), new Settlement.Release()));
        Assert.Equal(0, (await consumer.ReceiveOneAsync()).DeliveryCount);
    }

    [Fact]
    public async Task Receivers_take_turns()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        var one = TestConsumer.On(queue);
        var two = TestConsumer.On(queue);
        one.Want(10);
        two.Want(10);
        await queue.SendAsync([.. Enumerable.Range(0, 10).Select(i => Message(i))]);
        Assert.Equal(5, one.Unread);
        Assert.Equal(5, two.Unread);
    }

    [Fact]
    public async Task A_full_entity_refuses_and_takes_again_when_there_is_room()
    {
        await using var broker = await TestBroker.StartAsync(_time, new BrokerLimits { MaxEntityMessages = 2 });
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message(1), Message(2));
        Assert.Equal("amqp:resource-limit-exceeded", (await queue.TrySendAsync(Message(3)))?.Condition);
        await queue.CompleteAsync(await TestConsumer.On(queue).ReceiveOneAsync());
        await queue.SendAsync(Message(3));
    }

    [Fact]
    public async Task Content_beyond_the_memory_bound_is_read_from_the_disk()
    {
        await using var broker = await TestBroker.StartAsync(_time, new BrokerLimits { MaxResidentBytes = 1_000 });
        var queue = broker.Queue("orders");
        await queue.SendAsync([.. Enumerable.Range(0, 20).Select(i => Message(new string((char)('a' + i), 400)))]);
        var messages = await TestConsumer.On(queue).ReceiveAsync(20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), 400)), messages.Select(d => (string)d.BodyOf()));
        await queue.CompleteAsync(messages);
    }
}
