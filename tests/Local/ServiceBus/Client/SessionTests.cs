using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class SessionTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task A_session_is_received_in_order_by_one_receiver_at_a_time()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("sessions");
        for (var i = 0; i < 20; i++)
            await sender.SendMessageAsync(new ServiceBusMessage($"{i}") { SessionId = i % 2 == 0 ? "even" : "odd" }, Ct);

        var even = await client.AcceptSessionAsync("sessions", "even", null, Ct);
        var odd = await client.AcceptNextSessionAsync("sessions", cancellationToken: Ct);

        Assert.Equal(("even", "odd"), (even.SessionId, odd.SessionId));
        Assert.True(even.SessionLockedUntil > DateTimeOffset.UtcNow);
        foreach (var (session, first) in new[] { (even, 0), (odd, 1) })
            for (var i = first; i < 20; i += 2)
            {
                var message = await session.ReceiveMessageAsync(cancellationToken: Ct);
                Assert.Equal($"{i}", message.Body.ToString());
                Assert.Equal(session.SessionId, message.SessionId);
                await session.CompleteMessageAsync(message, Ct);
            }
    }

    [Fact]
    public async Task A_session_held_by_another_cannot_be_locked()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Client().CreateSender("sessions").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }, Ct);
        await using var held = await broker.Client().AcceptSessionAsync("sessions", "s", null, Ct);

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => broker.Client().AcceptSessionAsync("sessions", "s", null, Ct));

        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, error.Reason);
    }

    [Fact]
    public async Task Waiting_for_a_session_ends_in_time_or_when_cancelled()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();

        var error = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.AcceptNextSessionAsync("sessions", null, TimeSpan.FromMilliseconds(50), Ct));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AcceptNextSessionAsync("sessions", null, null, cancelled.Token));

        Assert.Equal(ServiceBusFailureReason.ServiceTimeout, error.Reason);

        // Neither of those that gave up took the session with it.
        await client.CreateSender("sessions").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }, Ct);
        Assert.Equal("s", (await client.AcceptNextSessionAsync("sessions", cancellationToken: Ct)).SessionId);
    }

    [Fact]
    public async Task A_session_that_is_let_go_is_free_for_the_next_with_its_messages_in_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("sessions").SendMessagesAsync(Enumerable.Range(0, 5).Select(i => new ServiceBusMessage($"{i}") { SessionId = "s" }), Ct);
        var first = await client.AcceptNextSessionAsync("sessions", new ServiceBusReceiverOptions { PrefetchCount = 5 }, null, Ct);
        await first.CompleteMessageAsync(await first.ReceiveMessageAsync(cancellationToken: Ct), Ct);
        await first.CloseAsync(Ct);

        var second = await client.AcceptSessionAsync("sessions", "s", null, Ct);

        var rest = await SendAndReceiveTests.ReceiveAllAsync(second, 4);
        Assert.Equal(["1", "2", "3", "4"], rest.Select(m => m.Body.ToString()));
    }

    [Fact]
    public async Task Session_state_is_kept_with_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("sessions").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }, Ct);
        await using (var session = await client.AcceptSessionAsync("sessions", "s", null, Ct))
        {
            Assert.Null(await session.GetSessionStateAsync(Ct));
            await session.SetSessionStateAsync(new BinaryData("kept"), Ct);
        }

        var again = await client.AcceptSessionAsync("sessions", "s", null, Ct);
        Assert.Equal("kept", (await again.GetSessionStateAsync(Ct)).ToString());
        await again.SetSessionStateAsync(null, Ct);
        Assert.Null(await again.GetSessionStateAsync(Ct));
    }

    [Fact]
    public async Task A_session_lock_that_expires_is_lost_and_one_that_is_renewed_is_not()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var client = broker.Client();
        await client.CreateSender("sessions").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }, Ct);
        var session = await client.AcceptSessionAsync("sessions", "s", null, Ct);
        var message = await session.ReceiveMessageAsync(cancellationToken: Ct);

        time.Advance(TestBroker.LockDuration * 0.8);
        await session.RenewSessionLockAsync(Ct);
        Assert.Equal(time.GetUtcNow() + TestBroker.LockDuration, session.SessionLockedUntil, TimeSpan.FromMilliseconds(5));
        time.Advance(TestBroker.LockDuration * 2);

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => session.CompleteMessageAsync(message, Ct));
        Assert.Equal(ServiceBusFailureReason.SessionLockLost, error.Reason);
        error = await Assert.ThrowsAsync<ServiceBusException>(() => session.RenewSessionLockAsync(Ct));
        Assert.Equal(ServiceBusFailureReason.SessionLockLost, error.Reason);
        var next = await client.AcceptSessionAsync("sessions", "s", null, Ct);
        Assert.Equal("x", (await next.ReceiveMessageAsync(cancellationToken: Ct)).Body.ToString());
    }

    [Fact]
    public async Task Accepts_given_up_while_they_are_being_answered_leave_the_connection_alone()
    {
        const int AtOnce = 16;
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = broker.Client().CreateSender("sessions");
        for (var round = 0; round < 100; round++)
        {
            using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var accepts = Enumerable.Range(0, AtOnce).Select(_ => AcceptAsync(givingUp.Token, givingUp)).ToList();

            // An answer on the same connection: the accepts are at the broker, and wait.
            await client.CreateReceiver("sessions").PeekMessageAsync(0, Ct);
            await sender.SendMessagesAsync(Enumerable.Range(0, AtOnce).Select(i => new ServiceBusMessage("x") { SessionId = $"s{i}" }), Ct);

            // The broker answers all of them in one go; the first to have its answer makes the others give up.
            var sessions = (await Task.WhenAll(accepts)).Count(gotOne => gotOne);
            while (sessions++ < AtOnce)
                Assert.True(await AcceptAsync(Ct, null));
        }

        Assert.Equal(1, client.Broker.ConnectionsMade);

        async Task<bool> AcceptAsync(CancellationToken cancellationToken, CancellationTokenSource? others)
        {
            try
            {
                await using var receiver = await client.AcceptNextSessionAsync("sessions", null, null, cancellationToken);
                others?.Cancel();
                await receiver.CompleteMessageAsync((await receiver.ReceiveMessageAsync(null, Ct))!, Ct);
                return true;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
