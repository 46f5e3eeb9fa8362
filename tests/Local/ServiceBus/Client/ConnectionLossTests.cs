using System.Collections.Concurrent;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class ConnectionLossTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task A_sender_and_a_receiver_outlive_a_restart_of_the_broker()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        var receiver = client.CreateReceiver("plain");
        for (var round = 0; round < 3; round++)
        {
            await sender.SendMessageAsync(new ServiceBusMessage($"{round}"), Ct);
            await broker.StopServerAsync();
            await broker.StartServerAsync();

            var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

            Assert.Equal($"{round}", message.Body.ToString());
            await receiver.CompleteMessageAsync(message, Ct);
        }
    }

    [Fact]
    public async Task A_send_made_while_the_broker_is_down_is_stored_when_it_is_back()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        await sender.SendMessageAsync(new ServiceBusMessage("before"), Ct);
        await broker.StopServerAsync();

        var send = sender.SendMessageAsync(new ServiceBusMessage("during"), Ct);
        await Task.Delay(100, Ct);
        Assert.False(send.IsCompleted);
        await broker.StartServerAsync();
        await send;

        var received = await SendAndReceiveTests.ReceiveAllAsync(client.CreateReceiver("plain"), 2);
        Assert.Equal(["before", "during"], received.Select(m => m.Body.ToString()));
    }

    [Fact]
    public async Task A_receive_that_waits_goes_on_waiting_over_a_restart()
    {
        await using var broker = await TestBroker.StartAsync();
        var receive = broker.Client().CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct);
        await Task.Delay(100, Ct);
        await broker.StopServerAsync();
        await broker.StartServerAsync();
        Assert.False(receive.IsCompleted);

        await broker.Client().CreateSender("plain").SendMessageAsync(new ServiceBusMessage("late"), Ct);

        Assert.Equal("late", (await receive).Body.ToString());
    }

    [Fact]
    public async Task A_message_in_hand_when_the_broker_goes_comes_again_and_its_completion_fails()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        await broker.StopServerAsync();
        await broker.StartServerAsync();

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(message, Ct));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
        var again = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        Assert.Equal("one", again.Body.ToString());
        await receiver.CompleteMessageAsync(again, Ct);
    }

    [Fact]
    public async Task A_session_is_lost_with_its_link_and_can_be_accepted_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("sessions").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }, Ct);
        var session = await client.AcceptSessionAsync("sessions", "s", null, Ct);
        var message = await session.ReceiveMessageAsync(cancellationToken: Ct);
        var waiting = session.ReceiveMessageAsync(cancellationToken: Ct);
        await broker.StopServerAsync();
        await broker.StartServerAsync();

        foreach (var lost in new Func<Task>[]
        {
            () => waiting,
            () => session.CompleteMessageAsync(message, Ct),
            () => session.ReceiveMessageAsync(cancellationToken: Ct),
        })
        {
            var error = await Assert.ThrowsAsync<ServiceBusException>(lost);
            Assert.Equal(ServiceBusFailureReason.SessionLockLost, error.Reason);
        }

        var again = await client.AcceptSessionAsync("sessions", "s", null, Ct);
        Assert.Equal("x", (await again.ReceiveMessageAsync(cancellationToken: Ct)).Body.ToString());
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_a_communication_problem_after_bounded_tries()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = TestBroker.Options();
        options.RetryOptions.MaxRetries = 2;
        options.RetryOptions.Delay = TimeSpan.FromMilliseconds(1);
        var client = broker.Client(options);
        await broker.StopServerAsync();

        var sendError = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct));
        var receiveError = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct));

        Assert.All(
            [sendError, receiveError],
            error => Assert.Equal((ServiceBusFailureReason.ServiceCommunicationProblem, true), (error.Reason, error.IsTransient)));
        await broker.StartServerAsync();
    }

    [Fact]
    public async Task Many_senders_lose_nothing_that_was_accepted_over_restarts()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("once");
        using var enough = new CancellationTokenSource();
        var accepted = new ConcurrentBag<string>();
        var senders = Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                var message = new ServiceBusMessage("fact") { MessageId = $"{caller}-{i}" };
                await sender.SendMessageAsync(message, Ct);
                accepted.Add(message.MessageId);
            }
        }).ToList();
        for (var round = 1; round <= 3; round++)
        {
            await TestBroker.UntilAsync(() => accepted.Count > 50 * round);
            await broker.StopServerAsync();
            await broker.StartServerAsync();
        }

        await enough.CancelAsync();
        await Task.WhenAll(senders);

        // Each id once: a send repeated after a lost acknowledgement was recognised.
        var received = await SendAndReceiveTests.ReceiveAllAsync(client.CreateReceiver("once"), accepted.Count);
        Assert.Equal(accepted.Order(), received.Select(m => m.MessageId).Order());
        Assert.Null(await client.CreateReceiver("once").ReceiveMessageAsync(TimeSpan.FromMilliseconds(100), Ct));
    }

    [Fact]
    public async Task A_disposed_client_refuses_work()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        var receiver = client.CreateReceiver("plain");
        await sender.SendMessageAsync(new ServiceBusMessage("x"), Ct);

        await client.DisposeAsync();

        Assert.True(client.IsClosed && sender.IsClosed && receiver.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.SendMessageAsync(new ServiceBusMessage("x"), Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiver.ReceiveMessageAsync(cancellationToken: Ct));
        Assert.Throws<ObjectDisposedException>(() => client.CreateSender("plain"));
    }
}
