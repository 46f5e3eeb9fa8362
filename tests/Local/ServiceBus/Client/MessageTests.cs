using Marquee.Local.ServiceBus.Wire;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class MessageTests
{
    [Fact]
    public void A_message_keeps_to_the_limits_of_the_service()
    {
        var message = new ServiceBusMessage("x");
        Assert.Throws<ArgumentException>(() => message.MessageId = string.Empty);
        Assert.Throws<ArgumentException>(() => message.MessageId = new string('x', 129));
        Assert.Throws<ArgumentOutOfRangeException>(() => message.SessionId = new string('x', 129));
        Assert.Throws<ArgumentOutOfRangeException>(() => message.TimeToLive = TimeSpan.Zero);
        message.SessionId = "s";
        Assert.Throws<ArgumentOutOfRangeException>(() => message.PartitionKey = "other");
        Assert.Null(message.MessageId);
        Assert.Equal(TimeSpan.MaxValue, message.TimeToLive);
    }

    [Fact]
    public void A_property_that_cannot_travel_is_refused_by_name()
    {
        var message = new ServiceBusMessage { ApplicationProperties = { ["price"] = 1.5m } };

        var error = Assert.Throws<NotSupportedException>(() => MessageEncoder.Encode(message, TimeProvider.System));

        Assert.Contains("price", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_sent_on_leaves_the_brokers_own_behind()
    {
        var received = ServiceBusModelFactory.ServiceBusReceivedMessage(
            new BinaryData("body"),
            messageId: "m",
            sessionId: "s",
            partitionKey: "s",
            timeToLive: TimeSpan.FromHours(1),
            properties: new Dictionary<string, object> { ["mine"] = 1, ["DeadLetterReason"] = "r", ["DeadLetterErrorDescription"] = "d" },
            deliveryCount: 4,
            enqueuedTime: DateTimeOffset.UnixEpoch);

        var message = new ServiceBusMessage(received);

        Assert.Equal(("body", "m", "s", "s"), (message.Body.ToString(), message.MessageId, message.SessionId, message.PartitionKey));
        Assert.Equal(TimeSpan.FromHours(1), message.TimeToLive);
        Assert.Equal(["mine"], message.ApplicationProperties.Keys);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(1), received.ExpiresAt);
        Assert.Equal("r", received.DeadLetterReason);
    }

    [Fact]
    public void A_batch_of_a_tests_making_does_as_the_test_says()
    {
        var store = new List<ServiceBusMessage>();
        using var batch = ServiceBusModelFactory.ServiceBusMessageBatch(500, store, tryAddCallback: message => message.MessageId != "no");

        Assert.True(batch.TryAddMessage(new ServiceBusMessage("x")));
        Assert.False(batch.TryAddMessage(new ServiceBusMessage("x") { MessageId = "no" }));

        Assert.Equal((1, 500L), (batch.Count, batch.SizeInBytes));
        Assert.Single(store);
    }

    [Theory]
    [InlineData("amqp:not-found", ServiceBusFailureReason.MessagingEntityNotFound, false)]
    [InlineData("com.microsoft:timeout", ServiceBusFailureReason.ServiceTimeout, true)]
    [InlineData("com.microsoft:server-busy", ServiceBusFailureReason.ServiceBusy, true)]
    [InlineData("com.microsoft:message-lock-lost", ServiceBusFailureReason.MessageLockLost, false)]
    [InlineData("com.microsoft:session-lock-lost", ServiceBusFailureReason.SessionLockLost, false)]
    [InlineData("com.microsoft:session-cannot-be-locked", ServiceBusFailureReason.SessionCannotBeLocked, false)]
    [InlineData("com.microsoft:message-not-found", ServiceBusFailureReason.MessageNotFound, false)]
    [InlineData("com.microsoft:entity-disabled", ServiceBusFailureReason.MessagingEntityDisabled, false)]
    [InlineData("amqp:resource-limit-exceeded", ServiceBusFailureReason.QuotaExceeded, false)]
    [InlineData("amqp:link:message-size-exceeded", ServiceBusFailureReason.MessageSizeExceeded, false)]
    [InlineData("amqp:connection:forced", ServiceBusFailureReason.ServiceCommunicationProblem, true)]
    [InlineData("amqp:something:new", ServiceBusFailureReason.GeneralError, true)]
    public void A_condition_on_the_wire_is_a_reason_in_the_exception(string condition, ServiceBusFailureReason reason, bool transient)
    {
        var error = Assert.IsType<ServiceBusException>(AmqpFaults.ToException(condition, "said so", "q"));

        Assert.Equal((reason, transient, "q"), (error.Reason, error.IsTransient, error.EntityPath));
        Assert.Contains("said so", error.Message, StringComparison.Ordinal);
    }
}
