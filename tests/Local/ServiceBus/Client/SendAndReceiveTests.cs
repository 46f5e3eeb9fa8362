using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class SendAndReceiveTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task A_message_arrives_with_all_that_was_put_into_it()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sent = new ServiceBusMessage("höllo")
        {
            MessageId = "m-1",
            CorrelationId = "c-1",
            Subject = "sale",
            ContentType = "application/json",
            To = "to",
            ReplyTo = "reply",
            ReplyToSessionId = "reply-session",
            PartitionKey = "p",
            TimeToLive = TimeSpan.FromDays(90),
            ApplicationProperties =
            {
                ["text"] = "x",
                ["int"] = 5,
                ["long"] = 5L,
                ["bool"] = true,
                ["double"] = 1.5,
                ["guid"] = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
                ["instant"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                ["span"] = TimeSpan.FromMinutes(3),
                ["uri"] = new Uri("https://example.org/a"),
                ["bytes"] = new byte[] { 1, 2 },
            },
        };
        await client.CreateSender("plain").SendMessageAsync(sent, Ct);

        var received = await client.CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct);

        Assert.Equal("höllo", received.Body.ToString());
        Assert.Equal("m-1", received.MessageId);
        Assert.Equal("c-1", received.CorrelationId);
        Assert.Equal("sale", received.Subject);
        Assert.Equal("application/json", received.ContentType);
        Assert.Equal("to", received.To);
        Assert.Equal("reply", received.ReplyTo);
        Assert.Equal("reply-session", received.ReplyToSessionId);
        Assert.Equal("p", received.PartitionKey);
        Assert.Equal(TimeSpan.FromDays(90), received.TimeToLive);
        Assert.Equal(sent.ApplicationProperties, received.ApplicationProperties.ToDictionary());
        Assert.Equal(1, received.DeliveryCount);
        Assert.Equal(1, received.SequenceNumber);
        Assert.NotEqual(Guid.Empty.ToString(), received.LockToken);
        Assert.True(received.LockedUntil > received.EnqueuedTime);
        Assert.Equal(ServiceBusMessageState.Active, received.State);
    }

    [Fact]
    public async Task A_completed_message_does_not_come_back()
    {
        var time = new FakeTimeProvider();
        await using var broker = await TestBroker.StartAsync(time);
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        await receiver.CompleteMessageAsync(message, Ct);
        time.Advance(TestBroker.LockDuration * 2);

        Assert.Null(await receiver.ReceiveMessageAsync(TimeSpan.FromMilliseconds(100), Ct));
        Assert.Null(await receiver.PeekMessageAsync(cancellationToken: Ct));
    }

    [Fact]
    public async Task A_message_cannot_be_settled_twice()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        await receiver.CompleteMessageAsync(message, Ct);

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.AbandonMessageAsync(message, cancellationToken: Ct));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_with_its_properties_modified()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var first = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        await receiver.AbandonMessageAsync(first, new Dictionary<string, object> { ["why"] = "later" }, Ct);

        var second = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        Assert.Equal(2, second.DeliveryCount);
        Assert.Equal("later", second.ApplicationProperties["why"]);
        Assert.NotEqual(first.LockToken, second.LockToken);
    }

    [Fact]
    public async Task A_dead_lettered_message_says_why_in_the_dead_letter_queue()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        await receiver.DeadLetterMessageAsync(message, new Dictionary<string, object> { ["at"] = 7 }, "bad", "very bad", Ct);

        var dead = await client.CreateReceiver("plain", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter })
            .ReceiveMessageAsync(cancellationToken: Ct);
        Assert.Equal("one", dead.Body.ToString());
        Assert.Equal("bad", dead.DeadLetterReason);
        Assert.Equal("very bad", dead.DeadLetterErrorDescription);
        Assert.Equal("plain", dead.DeadLetterSource);
        Assert.Equal(7, dead.ApplicationProperties["at"]);
        var resent = new ServiceBusMessage(dead);
        Assert.Equal(["at"], resent.ApplicationProperties.Keys);
    }

    [Fact]
    public async Task A_message_abandoned_too_often_is_dead_lettered_by_the_broker()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("fragile").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("fragile");
        for (var i = 0; i < 2; i++)
            await receiver.AbandonMessageAsync(await receiver.ReceiveMessageAsync(cancellationToken: Ct), cancellationToken: Ct);

        var dead = await client.CreateReceiver("fragile", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter })
            .ReceiveMessageAsync(cancellationToken: Ct);

        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
    }

    [Fact]
    public async Task A_deferred_message_is_received_by_its_sequence_number_only()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var receiver = client.CreateReceiver("plain");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        await receiver.DeferMessageAsync(message, cancellationToken: Ct);

        Assert.Null(await receiver.ReceiveMessageAsync(TimeSpan.FromMilliseconds(100), Ct));
        var deferred = Assert.Single(await receiver.ReceiveDeferredMessagesAsync([message.SequenceNumber], Ct));
        Assert.Equal(ServiceBusMessageState.Deferred, deferred.State);
        await receiver.CompleteMessageAsync(deferred, Ct);
        Assert.Null(await receiver.PeekMessageAsync(0, Ct));
    }

    [Fact]
    public async Task Receive_and_delete_takes_the_message_for_good()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("one"), Ct);
        var options = new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete };
        var receiver = client.CreateReceiver("plain", options);

        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        Assert.Equal("one", message.Body.ToString());
        Assert.Null(await receiver.PeekMessageAsync(0, Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(message, Ct));
    }

    [Fact]
    public async Task Peeking_goes_on_where_it_stopped_and_locks_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessagesAsync([new("a"), new("b"), new("c")], Ct);
        var receiver = client.CreateReceiver("plain");

        Assert.Equal("a", (await receiver.PeekMessageAsync(cancellationToken: Ct)).Body.ToString());
        Assert.Equal(["b", "c"], (await receiver.PeekMessagesAsync(5, cancellationToken: Ct)).Select(m => m.Body.ToString()));
        Assert.Empty(await receiver.PeekMessagesAsync(5, cancellationToken: Ct));
        Assert.Equal(3, (await ReceiveAllAsync(receiver, 3)).Count);
    }

    [Fact]
    public async Task A_scheduled_message_comes_when_it_is_due_and_a_cancelled_one_never()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        var due = time.GetUtcNow() + TimeSpan.FromMinutes(20);
        var numbers = await sender.ScheduleMessagesAsync([new("kept"), new("cancelled")], due, Ct);
        await sender.CancelScheduledMessageAsync(numbers[1], Ct);
        var receiver = client.CreateReceiver("plain");
        Assert.Equal(ServiceBusMessageState.Scheduled, (await receiver.PeekMessageAsync(0, Ct)).State);
        Assert.Null(await receiver.ReceiveMessageAsync(TimeSpan.FromMilliseconds(100), Ct));

        // AMQP tells time in milliseconds.
        time.Advance(TimeSpan.FromMinutes(20) + TimeSpan.FromMilliseconds(1));

        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
        Assert.Equal("kept", message.Body.ToString());
        Assert.Equal(due, message.ScheduledEnqueueTime, TimeSpan.FromMilliseconds(1));
        Assert.Null(await receiver.ReceiveMessageAsync(TimeSpan.FromMilliseconds(100), Ct));
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessageAsync(numbers[1], Ct));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
    }

    [Fact]
    public async Task A_message_sent_to_a_topic_is_received_from_its_subscription()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("news").SendMessageAsync(new ServiceBusMessage("hear"), Ct);

        var receiver = client.CreateReceiver("news", "all");
        var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);

        Assert.Equal("news/Subscriptions/all", receiver.EntityPath);
        Assert.Equal("hear", message.Body.ToString());
        await receiver.CompleteMessageAsync(message, Ct);
    }

    [Fact]
    public async Task A_message_sent_twice_with_one_id_is_stored_once_where_duplicates_are_detected()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("once");
        for (var i = 0; i < 2; i++)
            await sender.SendMessageAsync(new ServiceBusMessage("fact") { MessageId = "fact-1" }, Ct);

        Assert.Single(await client.CreateReceiver("once").PeekMessagesAsync(5, cancellationToken: Ct));
    }

    [Fact]
    public async Task Concurrent_sends_are_all_stored_and_those_of_one_caller_keep_their_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var i = 0; i < 10; i++)
                await sender.SendMessageAsync(new ServiceBusMessage($"{caller}:{i}"), Ct);
        }));

        var received = await ReceiveAllAsync(client.CreateReceiver("plain"), 160);

        Assert.Equal(160, received.Select(m => m.MessageId).Distinct().Count());
        foreach (var caller in received.Select(m => m.Body.ToString().Split(':')).GroupBy(parts => parts[0], parts => parts[1]))
            Assert.Equal(Enumerable.Range(0, 10).Select(i => i.ToString(CultureInfo.InvariantCulture)), caller);
    }

    [Fact]
    public async Task Concurrent_receives_on_one_receiver_share_the_messages()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var receiver = client.CreateReceiver("plain");
        var receives = Enumerable.Range(0, 8).Select(_ => receiver.ReceiveMessageAsync(cancellationToken: Ct)).ToList();

        await client.CreateSender("plain").SendMessagesAsync(Enumerable.Range(0, 8).Select(i => new ServiceBusMessage($"{i}")), Ct);
        var messages = await Task.WhenAll(receives);

        Assert.Equal(8, messages.Select(m => m.SequenceNumber).Distinct().Count());
        await Task.WhenAll(messages.Select(m => receiver.CompleteMessageAsync(m, Ct)));
        Assert.Null(await receiver.PeekMessageAsync(0, Ct));
    }

    [Fact]
    public async Task Prefetched_messages_are_received_in_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        await client.CreateSender("plain").SendMessagesAsync(Enumerable.Range(0, 50).Select(i => new ServiceBusMessage($"{i}")), Ct);
        var receiver = client.CreateReceiver("plain", new ServiceBusReceiverOptions { PrefetchCount = 10 });

        for (var i = 0; i < 50; i++)
        {
            var message = await receiver.ReceiveMessageAsync(cancellationToken: Ct);
            Assert.Equal($"{i}", message.Body.ToString());
            await receiver.CompleteMessageAsync(message, Ct);
        }
    }

    internal static async Task<List<ServiceBusReceivedMessage>> ReceiveAllAsync(ServiceBusReceiver receiver, int count)
    {
        var received = new List<ServiceBusReceivedMessage>();
        while (received.Count < count)
        {
            var some = await receiver.ReceiveMessagesAsync(count - received.Count, cancellationToken: Ct);
            Assert.NotEmpty(some);
            received.AddRange(some);
        }

        return received;
    }
}
