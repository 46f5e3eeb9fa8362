using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Extensions.Time.Testing;
using static Marquee.Local.ServiceBus.Tests.Broker.QueueDriver;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>Schedules, times to live and the duplicate window, in virtual time.</summary>
public sealed class TimeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_scheduled_message_enters_at_the_end_of_the_queue_when_due()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.ScheduleAsync(Message("later", at: _time.GetUtcNow() + TimeSpan.FromDays(60)));
        await queue.SendAsync(Message("now"));
        var consumer = TestConsumer.On(queue);
        await queue.CompleteAsync(await consumer.ReceiveOneAsync());
        consumer.Want(1);
        _time.Advance(TimeSpan.FromDays(60) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, consumer.Unread);

        _time.Advance(TimeSpan.FromSeconds(1));

        var message = await consumer.ReceiveOneAsync();
        Assert.Equal("later", message.BodyOf());
        Assert.Equal(3, message.Message.Sequence);
        Assert.Equal(_time.GetUtcNow(), message.Message.EnqueuedAt);
    }

    [Fact]
    public async Task A_cancelled_message_never_comes()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        var sequences = await queue.ScheduleAsync(Message("a", at: _time.GetUtcNow() + TimeSpan.FromHours(1)));
        Assert.Null(await queue.CancelAsync(sequences));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(queue.Count());
        Assert.Equal("com.microsoft:message-not-found", (await queue.CancelAsync(sequences))?.Condition);
    }

    [Fact]
    public async Task A_schedule_survives_a_restart_and_fires_late_when_the_broker_was_down()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await broker.Target("commands").ScheduleAsync(Message("due", at: _time.GetUtcNow() + TimeSpan.FromHours(1)));
        await broker.RestartAsync();
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("due", (await TestConsumer.On(broker.Queue("commands/Subscriptions/all")).ReceiveOneAsync()).BodyOf());
    }

    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("commands", "commands/Subscriptions/all")]
    public async Task A_message_scheduled_for_a_past_time_comes_at_once_and_still_has_a_number(string target, string queue)
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var sequences = await broker.Target(target).ScheduleAsync(Message("late", at: _time.GetUtcNow() - TimeSpan.FromSeconds(1)));
        Assert.True(Assert.Single(sequences) > 0);
        Assert.Equal("late", (await TestConsumer.On(broker.Queue(queue)).ReceiveOneAsync()).BodyOf());
    }

    [Fact]
    public async Task Messages_come_due_while_others_are_scheduled()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var topic = broker.Target("commands");
        var consumer = TestConsumer.On(broker.Queue("commands/Subscriptions/all"), takesForGood: true);
        using var ticking = new CancellationTokenSource();
        var clock = Task.Run(() =>
        {
            while (!ticking.IsCancellationRequested)
                _time.Advance(TimeSpan.FromMilliseconds(100));
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
            await topic.ScheduleAsync(Message(i, at: _time.GetUtcNow() + TimeSpan.FromMilliseconds(50)));
        var messages = await consumer.ReceiveAsync(100);
        await ticking.CancelAsync();
        await clock;
        Assert.Equal(Enumerable.Range(0, 100), messages.Select(d => (int)d.BodyOf()).Order());
    }

    [Fact]
    public async Task A_message_whose_time_is_over_is_dead_lettered_where_configured()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message("stale", ttl: TimeSpan.FromMinutes(1)), Message("fresh"));
        _time.Advance(TimeSpan.FromMinutes(1));
        var dead = await TestConsumer.On(queue.DeadLetters!).ReceiveOneAsync();
        Assert.Equal("stale", dead.BodyOf());
        Assert.Equal("TTLExpiredException", dead.PropertiesOf()["DeadLetterReason"]);
        Assert.Equal("fresh", (await TestConsumer.On(queue).ReceiveOneAsync()).BodyOf());
    }

    [Fact]
    public async Task Elsewhere_it_is_dropped()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("quick");
        await queue.SendAsync(Message("stale", ttl: TimeSpan.FromMinutes(1)));
        _time.Advance(TimeSpan.FromMinutes(1));
        await queue.SendAsync(Message("fresh"));
        Assert.Equal("fresh", (await TestConsumer.On(queue).ReceiveOneAsync()).BodyOf());
        Assert.Empty(queue.DeadLetters!.Count());
    }

    [Fact]
    public async Task A_locked_message_does_not_expire_until_its_lock_ends()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("orders");
        await queue.SendAsync(Message("a", ttl: TimeSpan.FromSeconds(10)));
        var message = await TestConsumer.On(queue).ReceiveOneAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        await queue.CompleteAsync(message);
        Assert.Empty(queue.DeadLetters!.Count());
    }

    [Fact]
    public async Task A_duplicate_is_dropped_inside_the_window_and_taken_after_it()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("once");
        await queue.SendAsync(Message("first", id: "x"));
        _time.Advance(TimeSpan.FromMinutes(4));
        await queue.SendAsync(Message("dropped", id: "x"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await queue.SendAsync(Message("second", id: "x"));
        Assert.Equal(["first", "second"], (await TestConsumer.On(queue).ReceiveAsync(2)).Select(d => d.BodyOf()));
        Assert.Equal(2, queue.Count()[MessageStatus.Locked]);
    }

    [Fact]
    public async Task At_the_bound_on_ids_the_oldest_is_forgotten_first()
    {
        await using var broker = await TestBroker.StartAsync(_time, new BrokerLimits { MaxRememberedIds = 2 });
        var queue = broker.Queue("once");
        foreach (var id in new[] { "a", "b", "c", "c", "a" })
        {
            await queue.SendAsync(Message(id, id: id));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["a", "b", "c", "a"], (await TestConsumer.On(queue).ReceiveAsync(4)).Select(d => d.BodyOf()));
    }

    [Fact]
    public async Task The_duplicate_window_survives_a_restart_even_where_the_message_is_gone()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await broker.Queue("once").SendAsync(Message("first", id: "x"));
        await broker.Queue("once").CompleteAsync(await TestConsumer.On(broker.Queue("once")).ReceiveOneAsync());
        await broker.RestartAsync();
        await broker.Queue("once").SendAsync(Message("dropped", id: "x"), Message("other", id: "y"));
        Assert.Equal("other", (await TestConsumer.On(broker.Queue("once")).ReceiveOneAsync()).BodyOf());
    }
}
