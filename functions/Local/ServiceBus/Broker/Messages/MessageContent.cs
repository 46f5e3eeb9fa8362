using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Filters;

namespace Marquee.Local.ServiceBus.Broker.Messages;

/// <summary>Between messages as they are stored and as they go over the wire. What a sender wrote stays byte for byte as it was.</summary>
internal static class MessageContent
{
    private static readonly Symbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";

    /// <summary>Reads a message that a sender gave.</summary>
    /// <param name="encoded">The message as it came.</param>
    /// <param name="newMessageId">Gives an id to a message without one.</param>
    /// <exception cref="FormatException">Not an AMQP message.</exception>
    public static IncomingMessage Parse(byte[] encoded, Func<string> newMessageId)
    {
        var sections = MessageSections.Find(encoded);
        var message = Decode(encoded);
        var content = encoded[sections.ContentStart..];
        var id = message.Properties?.GetMessageId()?.ToString();
        if (id is null)
        {
            id = newMessageId();
            content = WithMessageId(content, message.Properties, id);
        }

        var scheduled = message.MessageAnnotations?[ScheduledEnqueueTime] is DateTime time
            ? new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero)
            : (DateTimeOffset?)null;
        var view = ViewOf(message, id, scheduled);
        return new IncomingMessage
        {
            Content = content,
            MessageId = id,
            SessionId = message.Properties?.GroupId,
            TimeToLive = view.TimeToLive,
            ScheduledFor = scheduled,
            View = view,
        };
    }

    /// <summary>The message with these application properties added or replaced.</summary>
    public static byte[] WithApplicationProperties(byte[] content, IReadOnlyDictionary<string, object?> properties)
    {
        var sections = MessageSections.Find(content);
        var section = Decode(content).ApplicationProperties ?? new ApplicationProperties();
        foreach (var (name, value) in properties)
            section[name] = value;
        var buffer = new ByteBuffer(content.Length + 256, autoGrow: true);
        Append(buffer, content.AsSpan(sections.MessageAnnotations));
        Append(buffer, content.AsSpan(sections.Properties));
        section.Encode(buffer);
        Append(buffer, content.AsSpan(sections.Rest));
        return Written(buffer);
    }

    /// <summary>The message as a receiver gets it, with the broker's header and annotations.</summary>
    public static ByteBuffer Encode(Delivery delivery)
    {
        var message = delivery.Message;
        var sections = MessageSections.Find(delivery.Content);
        var buffer = new ByteBuffer(delivery.Content.Length + 256, autoGrow: true);
        var header = new Header { Durable = true, DeliveryCount = (uint)delivery.DeliveryCount };
        if (message.TimeToLive is { TotalMilliseconds: <= uint.MaxValue } ttl)
            header.Ttl = (uint)ttl.TotalMilliseconds;
        header.Encode(buffer);

        var annotations = sections.MessageAnnotations.Start.Equals(sections.MessageAnnotations.End)
            ? new MessageAnnotations()
            : Decode(delivery.Content[sections.MessageAnnotations]).MessageAnnotations;
        annotations[new Symbol("x-opt-sequence-number")] = message.Sequence;
        annotations[new Symbol("x-opt-enqueue-sequence-number")] = message.EnqueuedSequence;
        annotations[new Symbol("x-opt-enqueued-time")] = message.EnqueuedAt.UtcDateTime;
        annotations[new Symbol("x-opt-message-state")] = (int)message.State;
        if (delivery.LockedUntil is { } lockedUntil)
            annotations[new Symbol("x-opt-locked-until")] = lockedUntil.UtcDateTime;
        if (message.DeadLetterSource is { } source)
            annotations[new Symbol("x-opt-deadletter-source")] = source;
        annotations.Encode(buffer);
        Append(buffer, delivery.Content.AsSpan(sections.MessageAnnotations.End..));
        return buffer;
    }

    /// <summary>What filters see of a stored message.</summary>
    public static MessageView ViewOf(byte[] content, StoredMessage stored) =>
        ViewOf(Decode(content), stored.MessageId, stored.ScheduledFor) with { TimeToLive = stored.TimeToLive };

    public static byte[] Written(ByteBuffer buffer) => buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();

    private static MessageView ViewOf(Message message, string? id, DateTimeOffset? scheduled)
    {
        var p = message.Properties;
        return new MessageView
        {
            ContentType = p?.ContentType,
            CorrelationId = p?.GetCorrelationId()?.ToString(),
            Subject = p?.Subject,
            MessageId = id,
            ReplyTo = p?.ReplyTo,
            ReplyToSessionId = p?.ReplyToGroupId,
            SessionId = p?.GroupId,
            To = p?.To,
            ScheduledEnqueueTimeUtc = scheduled?.UtcDateTime,
            TimeToLive = TimeToLiveOf(message),
            Properties = message.ApplicationProperties is { Map: { } map }
                ? map.Where(pair => pair.Key is string).ToDictionary(pair => (string)pair.Key, pair => (object?)pair.Value)
                : new Dictionary<string, object?>(),
        };
    }

    // A time to live beyond the header's 49 days travels as the difference of two times.
    private static TimeSpan? TimeToLiveOf(Message message)
    {
        if (message.Properties is { } p && p.HasField(8) && p.HasField(9) && p.AbsoluteExpiryTime > p.CreationTime)
            return p.AbsoluteExpiryTime - p.CreationTime;
        return message.Header is { } header && header.HasField(2) && header.Ttl > 0 ? TimeSpan.FromMilliseconds(header.Ttl) : null;
    }

    private static byte[] WithMessageId(byte[] content, Properties? properties, string id)
    {
        var sections = MessageSections.Find(content);
        var section = properties ?? new Properties();
        section.MessageId = id;
        var buffer = new ByteBuffer(content.Length + 64, autoGrow: true);
        Append(buffer, content.AsSpan(sections.MessageAnnotations));
        section.Encode(buffer);
        Append(buffer, content.AsSpan(sections.Properties.End..));
        return Written(buffer);
    }

    private static Message Decode(byte[] encoded)
    {
        try
        {
            return Message.Decode(new ByteBuffer(encoded, 0, encoded.Length, encoded.Length));
        }
        catch (Exception e) when (e is AmqpException or InvalidCastException or ArgumentException or IndexOutOfRangeException)
        {
            throw new FormatException($"Not an AMQP message: {e.Message}", e);
        }
    }

    private static void Append(ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.ValidateWrite(bytes.Length);
        bytes.CopyTo(buffer.Buffer.AsSpan(buffer.WritePos));
        buffer.Append(bytes.Length);
    }
}
