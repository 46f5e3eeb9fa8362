using System.Runtime.InteropServices;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Puts messages into AMQP as the official client does, so that any Service Bus client can read them.</summary>
internal static class MessageEncoder
{
    /// <summary>Descriptor, constructor and four bytes of length around each message of a batch.</summary>
    private const int BatchSectionOverheadBytes = 8;

    /// <summary>The last instant AMQP's header can name, as far as official clients agree on it.</summary>
    private static readonly DateTimeOffset LatestExpiry = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    internal static EncodedMessage Encode(ServiceBusMessage source, TimeProvider timeProvider, DateTimeOffset? scheduledEnqueueTime = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var message = new Message
        {
            Properties = PropertiesOf(source),
            MessageAnnotations = AnnotationsOf(source, scheduledEnqueueTime ?? source.ScheduledEnqueueTime),
            ApplicationProperties = ApplicationPropertiesOf(source),
            BodySection = new Data { Binary = Bytes(source.Body) },
        };
        if (source.TimeToLive != TimeSpan.MaxValue)
            SetTimeToLive(message, source.TimeToLive, timeProvider.GetUtcNow());
        return new EncodedMessage(message);
    }

    /// <summary>One message that carries many; each keeps its own properties.</summary>
    internal static EncodedMessage Batch(IReadOnlyList<EncodedMessage> messages)
    {
        var body = new DataList();
        foreach (var message in messages)
            body.Add(new Data { Binary = message.ToArray() });
        var envelope = Envelope(messages[0].Message);
        envelope.BodySection = body;
        envelope.Format = WireNames.BatchFormat;
        return new EncodedMessage(envelope);
    }

    /// <summary>What a message adds to the size of a batch.</summary>
    internal static int SizeInBatch(EncodedMessage message, bool first) =>
        message.SizeInBytes + BatchSectionOverheadBytes + (first ? Envelope(message.Message).Encode().Length : 0);

    /// <summary>The broker routes a batch as a whole, by the first message's session and partition.</summary>
    private static Message Envelope(Message first)
    {
        var envelope = new Message { Properties = new Properties() };
        if (first.Properties.GetMessageId() is { } messageId)
            envelope.Properties.SetMessageId(messageId);
        if (first.Properties.GroupId is { } sessionId)
            envelope.Properties.GroupId = sessionId;
        if (first.MessageAnnotations?[new Symbol(WireNames.PartitionKey)] is { } partitionKey)
        {
            envelope.MessageAnnotations = new MessageAnnotations();
            envelope.MessageAnnotations[new Symbol(WireNames.PartitionKey)] = partitionKey;
        }

        return envelope;
    }

    private static Properties PropertiesOf(ServiceBusMessage source)
    {
        var properties = new Properties();
        if (source.MessageId is not null)
            properties.MessageId = source.MessageId;
        if (source.CorrelationId is not null)
            properties.CorrelationId = source.CorrelationId;
        if (source.ContentType is not null)
            properties.ContentType = source.ContentType;
        if (source.Subject is not null)
            properties.Subject = source.Subject;
        if (source.To is not null)
            properties.To = source.To;
        if (source.ReplyTo is not null)
            properties.ReplyTo = source.ReplyTo;
        if (source.SessionId is not null)
            properties.GroupId = source.SessionId;
        if (source.ReplyToSessionId is not null)
            properties.ReplyToGroupId = source.ReplyToSessionId;
        return properties;
    }

    private static MessageAnnotations? AnnotationsOf(ServiceBusMessage source, DateTimeOffset scheduledEnqueueTime)
    {
        if (scheduledEnqueueTime == default && source.PartitionKey is null && source.TransactionPartitionKey is null)
            return null;
        var annotations = new MessageAnnotations();
        if (scheduledEnqueueTime != default)
            annotations[new Symbol(WireNames.ScheduledEnqueueTime)] = scheduledEnqueueTime.UtcDateTime;
        if (source.PartitionKey is not null)
            annotations[new Symbol(WireNames.PartitionKey)] = source.PartitionKey;
        if (source.TransactionPartitionKey is not null)
            annotations[new Symbol(WireNames.TransactionPartitionKey)] = source.TransactionPartitionKey;
        return annotations;
    }

    private static ApplicationProperties? ApplicationPropertiesOf(ServiceBusMessage source)
    {
        if (source.ApplicationProperties.Count == 0)
            return null;
        var properties = new ApplicationProperties();
        foreach (var (key, value) in source.ApplicationProperties)
            properties[key] = AmqpValues.ToAmqp(value, key);
        return properties;
    }

    private static void SetTimeToLive(Message message, TimeSpan timeToLive, DateTimeOffset now)
    {
        message.Header = new Header { Ttl = (uint)Math.Min(timeToLive.TotalMilliseconds, uint.MaxValue) };

        // The header holds 49 days at most: the pair of instants carries longer lives.
        message.Properties.CreationTime = now.UtcDateTime;
        message.Properties.AbsoluteExpiryTime = (LatestExpiry - now > timeToLive ? now + timeToLive : LatestExpiry).UtcDateTime;
    }

    private static byte[] Bytes(BinaryData body) =>
        MemoryMarshal.TryGetArray(body.ToMemory(), out var segment) && segment is { Offset: 0, Array: { } array } && array.Length == segment.Count
            ? array
            : body.ToArray();
}
