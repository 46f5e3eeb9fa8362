using Marquee.Local.ServiceBus;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The messages of one invocation: one of them, or a batch in order.</summary>
internal sealed record MessageDelivery(
    IReadOnlyList<ServiceBusReceivedMessage> Messages,
    ReceiverMessageActions Actions,
    ReceiverSessionActions? Session)
{
    /// <summary>What parameters may ask for by name; the first message's in a batch, as batches are bound by type.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "messageId", "sessionId", "correlationId", "subject", "label", "contentType", "to", "replyTo", "deliveryCount", "sequenceNumber",
        "enqueuedTimeUtc", "expiresAtUtc", "lockToken", "partitionKey", "deadLetterSource",
    };

    public IReadOnlyDictionary<string, object?> Data()
    {
        if (Messages.Count != 1)
            return new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var message = Messages[0];
        return new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["messageId"] = message.MessageId,
            ["sessionId"] = message.SessionId,
            ["correlationId"] = message.CorrelationId,
            ["subject"] = message.Subject,
            ["label"] = message.Subject,
            ["contentType"] = message.ContentType,
            ["to"] = message.To,
            ["replyTo"] = message.ReplyTo,
            ["deliveryCount"] = message.DeliveryCount,
            ["sequenceNumber"] = message.SequenceNumber,
            ["enqueuedTimeUtc"] = message.EnqueuedTime,
            ["expiresAtUtc"] = message.ExpiresAt,
            ["lockToken"] = message.LockToken,
            ["partitionKey"] = message.PartitionKey,
            ["deadLetterSource"] = message.DeadLetterSource,
        };
    }
}
