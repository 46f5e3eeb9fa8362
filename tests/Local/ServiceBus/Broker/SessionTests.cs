using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Extensions.Time.Testing;
using static Marquee.Local.ServiceBus.Tests.Broker.QueueDriver;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class SessionTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task One_receiver_at_a_time_has_a_session_in_order()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("sessions");
        await queue.SendAsync(Message(1, "a"), Message(10, "b"), Message(2, "a"));
        var (a, _) = await queue.AcceptAsync("a");
        Assert.Equal([1, 2], (await a.ReceiveAsync(2)).Select(d => (int)d.BodyOf()));
        Assert.Equal("com.microsoft:session-cannot-be-locked", (await queue.AcceptAsync("a")).Error?.Condition);
        Assert.Equal("b", (await queue.AcceptAsync(null)).Consumer.SessionId);
    }

    [Fact]
    public async Task A_receiver_waits_for_the_next_session_until_its_time_is_over()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("sessions");
        var waiting = queue.AcceptAsync(null, wait: TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);
        await queue.SendAsync(Message(1, "a"));
        Assert.Equal("a", (await waiting).Consumer.SessionId);

        var late = queue.AcceptAsync(null, wait: TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("com.microsoft:timeout", (await late).Error?.Condition);
    }

    [Fact]
    public async Task A_session_whose_lock_runs_out_goes_to_the_next_and_its_deliveries_count()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("sessions");
        await queue.SendAsync(Message(1, "a"), Message(2, "a"));
        var (slow, _) = await queue.AcceptAsync("a");
        var held = await slow.ReceiveOneAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("com.microsoft:session-lock-lost", slow.ClosedWith?.Condition);
        Assert.NotNull(await queue.SettleAsync(held, new Settlement.Complete()));

        var (next, _) = await queue.AcceptAsync(null);
        Assert.Equal([(1, 1), (2, 0)], (await next.ReceiveAsync(2)).Select(d => ((int)d.BodyOf(), d.DeliveryCount)));
    }

    [Fact]
    public async Task A_renewed_session_lock_holds_the_messages_too()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("sessions");
        await queue.SendAsync(Message(1, "a"));
        var (consumer, _) = await queue.AcceptAsync("a");
        var message = await consumer.ReceiveOneAsync();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.Null(queue.RenewSession("a", c => c == consumer).Error);
        }

        await queue.CompleteAsync(message);
        Assert.Equal("com.microsoft:session-lock-lost", queue.RenewSession("a", _ => false).Error?.Condition);
    }

    [Fact]
    public async Task A_closed_session_gives_its_messages_back_uncounted()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        var queue = broker.Queue("sessions");
        await queue.SendAsync(Message(1, "a"));
        for (var i = 0; i < 5; i++)
        {
            var (consumer, _) = await queue.AcceptAsync(null);
            Assert.Equal(0, (await consumer.ReceiveOneAsync()).DeliveryCount);
            queue.ReleaseSession("a", consumer);
        }
    }

    [Fact]
    public async Task State_is_kept_over_a_restart_until_it_is_cleared()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await SetStateAsync([1, 2, 3]);
        await broker.RestartAsync();
        Assert.Equal([1, 2, 3], await StateAsync());
        await SetStateAsync(null);
        await broker.RestartAsync();
        Assert.Null(await StateAsync());

        async Task SetStateAsync(byte[]? state)
        {
            var queue = broker.Queue("sessions");
            var (consumer, _) = await queue.AcceptAsync("s");
            var done = new TaskCompletionSource<BrokerError?>(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.SetSessionState("s", state, c => c == consumer, done.SetResult);
            Assert.Null(await done.Task);
        }

        async Task<byte[]?> StateAsync()
        {
            var queue = broker.Queue("sessions");
            var (consumer, _) = await queue.AcceptAsync("s");
            var (state, error) = queue.GetSessionState("s", c => c == consumer);
            Assert.Null(error);
            queue.ReleaseSession("s", consumer);
            return state;
        }
    }

    [Fact]
    public async Task Order_in_a_session_holds_after_abandoning_and_a_restart()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        for (var i = 1; i <= 4; i++)
            await broker.Queue("sessions").SendAsync(Message(i, "a"));
        var (first, _) = await broker.Queue("sessions").AcceptAsync("a");
        var messages = await first.ReceiveAsync(2);
        Assert.Null(await broker.Queue("sessions").SettleAsync(messages[0], new Settlement.Abandon()));

        await broker.RestartAsync();

        var (second, _) = await broker.Queue("sessions").AcceptAsync(null);
        Assert.Equal([1, 2, 3, 4], (await second.ReceiveAsync(4)).Select(d => (int)d.BodyOf()));
    }
}
