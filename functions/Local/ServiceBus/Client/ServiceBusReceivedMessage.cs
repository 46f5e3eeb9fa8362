using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>A message as the broker delivered it.</summary>
public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage(BinaryData body, IReadOnlyDictionary<string, object> applicationProperties)
    {
        Body = body;
        ApplicationProperties = applicationProperties;
    }

    /// <summary>The payload.</summary>
    public BinaryData Body { get; }

    /// <summary>The sender's own properties, and the dead-letter reason when there is one.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; }

    /// <summary>The identity that duplicate detection goes by.</summary>
    public string MessageId { get; internal init; }

    /// <summary>The session, if any.</summary>
    public string SessionId { get; internal init; }

    /// <summary>The partition, if any.</summary>
    public string PartitionKey { get; internal init; }

    /// <summary>The partition of the transfer queue, if any.</summary>
    public string TransactionPartitionKey { get; internal init; }

    /// <summary>The session to answer to.</summary>
    public string ReplyToSessionId { get; internal init; }

    /// <summary>How long the message lives from <see cref="EnqueuedTime"/>; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    public TimeSpan TimeToLive { get; internal init; } = TimeSpan.MaxValue;

    /// <summary>What the message refers to.</summary>
    public string CorrelationId { get; internal init; }

    /// <summary>What the message is about, in the sender's terms.</summary>
    public string Subject { get; internal init; }

    /// <summary>The address meant.</summary>
    public string To { get; internal init; }

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; internal init; }

    /// <summary>The address to answer to.</summary>
    public string ReplyTo { get; internal init; }

    /// <summary>When the message was or will be due, UTC; the default value when it was not scheduled.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    /// <summary>The token of the lock under which the message was delivered: a GUID; all zeros when there is no lock.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>Deliveries so far, this one included (0 when peeked before the first).</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>When the lock ends, UTC, as last renewed; the default value when there is no lock.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>The number the broker gave the message: ascending, unique within the entity.</summary>
    public long SequenceNumber { get; internal init; } = -1;

    /// <summary>The entity the message was dead-lettered from.</summary>
    public string DeadLetterSource { get; internal init; }

    /// <summary>The sequence number in the entity the message was first sent to.</summary>
    public long EnqueuedSequenceNumber { get; internal init; }

    /// <summary>When the broker took the message in, UTC.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    /// <summary>When the message dies, UTC.</summary>
    public DateTimeOffset ExpiresAt =>
        TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    /// <summary>Why the message was dead-lettered.</summary>
    public string DeadLetterReason => Text(WireNames.DeadLetterReason);

    /// <summary>More on why the message was dead-lettered.</summary>
    public string DeadLetterErrorDescription => Text(WireNames.DeadLetterErrorDescription);

    /// <summary>Where the message stands in its entity.</summary>
    public ServiceBusMessageState State { get; internal init; }

    internal Guid LockTokenGuid { get; init; }

    /// <summary>The delivery on the link that brought the message; null when it came by sequence number, was peeked, or was made in a test.</summary>
    internal InboundDelivery Delivery { get; init; }

    /// <summary>Whether an outcome was stated and the broker took it.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>Whether it was abandoned: it comes again, behind what was delivered after it.</summary>
    internal bool IsGivenBack { get; set; }

    private string Text(string key) => ApplicationProperties.TryGetValue(key, out var value) ? value as string : null;
}
