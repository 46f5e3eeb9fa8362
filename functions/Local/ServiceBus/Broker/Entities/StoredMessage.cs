namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Where a message stands on the disk and on the wire (the annotation x-opt-message-state).</summary>
internal enum MessageState { Active = 0, Deferred = 1, Scheduled = 2 }

/// <summary>An entity's number and the message's sequence number in it, in one integer: the primary key.</summary>
internal readonly record struct MessageKey(long Value)
{
    // 2^44 messages an entity and 2^19 entities.
    public const int SequenceBits = 44;

    public MessageKey(int entityId, long sequence)
        : this(((long)entityId << SequenceBits) | sequence)
    {
    }

    public int EntityId => (int)(Value >> SequenceBits);

    public long Sequence => Value & ((1L << SequenceBits) - 1);

    public override string ToString() => $"{EntityId}/{Sequence}";
}

/// <summary>What a message is doing in memory. Locks are not kept over a restart: the links that held them are gone too.</summary>
internal enum MessageStatus
{
    /// <summary>Accepted, and its commit is on the way: nobody may see it.</summary>
    Arriving,
    Available,
    Locked,

    /// <summary>Settled or moved, and its commit is on the way: nobody may take it.</summary>
    Settling,
    Deferred,
    Scheduled,
}

/// <summary>A message in an entity. Changed under its entity's lock only.</summary>
internal sealed class StoredMessage(MessageKey key, byte[]? content, int contentLength)
{
    public MessageKey Key { get; } = key;
    public long Sequence => Key.Sequence;
    public required long EnqueuedSequence { get; init; }
    public string? MessageId { get; init; }
    public string? SessionId { get; init; }
    public required DateTimeOffset EnqueuedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ScheduledFor { get; init; }
    public TimeSpan? TimeToLive { get; init; }
    public string? DeadLetterSource { get; init; }

    /// <summary>The message as it was sent, without header and delivery annotations; null where only the disk holds it.</summary>
    public byte[]? Content { get; set; } = content;

    /// <summary>Bytes of the content, for the entity's size.</summary>
    public int ContentLength { get; set; } = contentLength;

    public MessageState State { get; set; }

    /// <summary>Failed deliveries so far.</summary>
    public int DeliveryCount { get; set; }

    public MessageStatus Status { get; set; }
    public Guid LockToken { get; set; }
    public DateTimeOffset LockedUntil { get; set; }
}
