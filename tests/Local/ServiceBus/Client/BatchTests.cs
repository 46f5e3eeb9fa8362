namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class BatchTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task A_batch_takes_messages_up_to_the_size_the_broker_states_and_is_sent_whole()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");
        using var batch = await sender.CreateMessageBatchAsync(Ct);
        Assert.Equal(256 * 1024, batch.MaxSizeInBytes);

        var body = new byte[20_000];
        while (batch.TryAddMessage(new ServiceBusMessage(body) { MessageId = $"m-{batch.Count}" }))
            Assert.True(batch.SizeInBytes <= batch.MaxSizeInBytes);
        var before = (batch.Count, batch.SizeInBytes);
        Assert.False(batch.TryAddMessage(new ServiceBusMessage(body)));
        Assert.Equal(before, (batch.Count, batch.SizeInBytes));
        await sender.SendMessagesAsync(batch, Ct);

        Assert.Equal(13, batch.Count);
        var received = await SendAndReceiveTests.ReceiveAllAsync(client.CreateReceiver("plain"), 13);
        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"m-{i}"), received.Select(m => m.MessageId));
        Assert.All(received, m => Assert.Equal(20_000, m.Body.ToMemory().Length));
    }

    [Fact]
    public async Task The_size_a_batch_says_it_has_is_the_size_it_has_on_the_wire()
    {
        await using var broker = await TestBroker.StartAsync();
        using var batch = await broker.Client().CreateSender("plain").CreateMessageBatchAsync(Ct);
        for (var i = 0; i < 5; i++)
            batch.TryAddMessage(new ServiceBusMessage(new byte[300 * i]) { MessageId = $"m-{i}", SessionId = "s", ApplicationProperties = { ["k"] = i } });

        Assert.InRange(batch.ToAmqp().SizeInBytes, 1, batch.SizeInBytes);
    }

    [Fact]
    public async Task A_batch_larger_than_the_entity_takes_cannot_be_asked_for()
    {
        await using var broker = await TestBroker.StartAsync();
        var sender = broker.Client().CreateSender("plain");
        var options = new CreateMessageBatchOptions { MaxSizeInBytes = 257 * 1024 };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => sender.CreateMessageBatchAsync(options, Ct).AsTask());
    }

    [Fact]
    public async Task A_message_larger_than_the_entity_takes_is_refused_and_the_sender_goes_on()
    {
        await using var broker = await TestBroker.StartAsync();
        var sender = broker.Client().CreateSender("plain");

        var error = await Assert.ThrowsAsync<ServiceBusException>(
            () => sender.SendMessageAsync(new ServiceBusMessage(new byte[300 * 1024]), Ct));
        await sender.SendMessageAsync(new ServiceBusMessage("small"), Ct);

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, error.Reason);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Messages_sent_together_are_stored_together_or_not_at_all()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();
        var sender = client.CreateSender("plain");

        await Assert.ThrowsAsync<ServiceBusException>(
            () => sender.SendMessagesAsync([new("small"), new(new byte[200 * 1024]), new(new byte[200 * 1024])], Ct));

        Assert.Null(await client.CreateReceiver("plain").PeekMessageAsync(cancellationToken: Ct));
        await sender.SendMessagesAsync(Array.Empty<ServiceBusMessage>(), Ct);
    }
}
