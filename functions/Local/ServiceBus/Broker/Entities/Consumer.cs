namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>A receiver as its queue sees it. Called under the queue's lock; must not block.</summary>
internal interface IConsumer
{
    /// <summary>Messages are gone once delivered (receive-and-delete); otherwise they are locked (peek-lock).</summary>
    bool TakesForGood { get; }

    /// <summary>Takes one credit where there is one.</summary>
    bool TryReserve();

    /// <summary>Gives a credit back that was not used.</summary>
    void Unreserve();

    /// <summary>False where the link is gone; the message was not delivered.</summary>
    bool Deliver(Delivery delivery);

    /// <summary>Ends the link.</summary>
    void Close(BrokerError error);
}

/// <param name="Message">The message.</param>
/// <param name="Content">Its content, read from the disk where memory does not hold it.</param>
/// <param name="LockToken">Null for receive-and-delete and for peeking.</param>
/// <param name="LockedUntil">The lock's end.</param>
/// <param name="DeliveryCount">Failed deliveries before this one.</param>
internal sealed record Delivery(StoredMessage Message, byte[] Content, Guid? LockToken, DateTimeOffset? LockedUntil, int DeliveryCount);

/// <summary>What a receiver decides about a locked message.</summary>
internal abstract record Settlement
{
    /// <summary>It is done: the message goes.</summary>
    internal sealed record Complete : Settlement;

    /// <summary>It failed: the message comes again, up to the maximum delivery count.</summary>
    internal sealed record Abandon(IReadOnlyDictionary<string, object?>? Properties = null) : Settlement;

    /// <summary>It was not looked at: the message comes again and nothing is counted.</summary>
    internal sealed record Release : Settlement;

    /// <summary>It is set aside, to be received by its sequence number only.</summary>
    internal sealed record Defer(IReadOnlyDictionary<string, object?>? Properties = null) : Settlement;

    internal sealed record DeadLetter(string? Reason, string? Description, IReadOnlyDictionary<string, object?>? Properties = null) : Settlement;
}
