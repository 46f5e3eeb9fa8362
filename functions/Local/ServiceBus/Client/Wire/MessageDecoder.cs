using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Reads messages as the broker sends them.</summary>
internal static class MessageDecoder
{
    private static readonly TimeSpan Forever = TimeSpan.MaxValue;

    /// <param name="message">The message.</param>
    /// <param name="lockToken">The token of its lock; empty when it has none.</param>
    /// <param name="delivery">The delivery that brought it, if a link did.</param>
    /// <param name="peeked">A peek is no delivery: the count on the wire is of the deliveries before this one.</param>
    internal static ServiceBusReceivedMessage Decode(Message message, Guid lockToken, InboundDelivery? delivery, bool peeked = false)
    {
        var properties = message.Properties;
        var annotations = message.MessageAnnotations;
        var deliveriesBefore = (int)(message.Header?.DeliveryCount ?? 0);
        return new ServiceBusReceivedMessage(BodyOf(message), ApplicationPropertiesOf(message))
        {
            MessageId = properties?.GetMessageId()?.ToString(),
            CorrelationId = properties?.GetCorrelationId()?.ToString(),
            SessionId = properties?.GroupId,
            ReplyToSessionId = properties?.ReplyToGroupId,
            Subject = properties?.Subject,
            To = properties?.To,
            ReplyTo = properties?.ReplyTo,
            ContentType = properties?.ContentType?.ToString(),
            TimeToLive = TimeToLiveOf(message),
            PartitionKey = Annotation(annotations, WireNames.PartitionKey) as string,
            TransactionPartitionKey = Annotation(annotations, WireNames.TransactionPartitionKey) as string,
            DeadLetterSource = Annotation(annotations, WireNames.DeadLetterSource) as string,
            ScheduledEnqueueTime = Instant(annotations, WireNames.ScheduledEnqueueTime),
            EnqueuedTime = Instant(annotations, WireNames.EnqueuedTime),
            LockedUntil = Instant(annotations, WireNames.LockedUntil),
            SequenceNumber = Annotation(annotations, WireNames.SequenceNumber) is long number ? number : -1,
            EnqueuedSequenceNumber = Annotation(annotations, WireNames.EnqueuedSequenceNumber) is long enqueued ? enqueued : 0,
            State = Annotation(annotations, WireNames.MessageState) switch
            {
                int state => (ServiceBusMessageState)state,
                long state => (ServiceBusMessageState)state,
                _ => ServiceBusMessageState.Active,
            },
            DeliveryCount = peeked ? deliveriesBefore : deliveriesBefore + 1,
            LockTokenGuid = lockToken,
            Delivery = delivery!,
        };
    }

    private static object? Annotation(MessageAnnotations? annotations, string name) => annotations?[new Symbol(name)];

    private static DateTimeOffset Instant(MessageAnnotations? annotations, string name) =>
        Annotation(annotations, name) is DateTime instant ? new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)) : default;

    private static TimeSpan TimeToLiveOf(Message message)
    {
        const int AbsoluteExpiryTimeField = 8;
        const int CreationTimeField = 9;
        const int TtlField = 2;
        if (message.Properties is { } properties
            && properties.HasField(AbsoluteExpiryTimeField)
            && properties.HasField(CreationTimeField)
            && properties.AbsoluteExpiryTime > properties.CreationTime)
            return properties.AbsoluteExpiryTime - properties.CreationTime;
        return message.Header is { } header && header.HasField(TtlField) ? TimeSpan.FromMilliseconds(header.Ttl) : Forever;
    }

    private static Dictionary<string, object> ApplicationPropertiesOf(Message message)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        if (message.ApplicationProperties?.Map is { } map)
            foreach (var (key, value) in map)
                properties[key.ToString()!] = AmqpValues.FromAmqp(value)!;
        return properties;
    }

    private static BinaryData BodyOf(Message message) => message.BodySection switch
    {
        Data data => new BinaryData(Memory(data)),
        DataList list => Joined(list),
        AmqpValue { Value: byte[] bytes } => new BinaryData(bytes),
        AmqpValue { Value: string text } => new BinaryData(text),
        _ => new BinaryData(default(ReadOnlyMemory<byte>)),
    };

    private static ReadOnlyMemory<byte> Memory(Data data) =>
        data.Buffer is { } buffer ? buffer.Buffer.AsMemory(buffer.Offset, buffer.Length) : data.Binary;

    private static BinaryData Joined(DataList list)
    {
        var joined = new MemoryStream();
        for (var i = 0; i < list.Count; i++)
            joined.Write(Memory(list[i]).Span);
        return new BinaryData(joined.ToArray());
    }
}
