using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>What every entity needs from around it.</summary>
/// <param name="Store">Where messages are kept.</param>
/// <param name="Time">The clock of locks, schedules and expiry.</param>
/// <param name="NewLockToken">Gives lock tokens, unique among live locks.</param>
/// <param name="Budget">Memory for message content, shared by all entities.</param>
/// <param name="Limits">The broker's named bounds.</param>
internal sealed record EntityContext(BrokerStore Store, TimeProvider Time, Func<Guid> NewLockToken, ContentBudget Budget, BrokerLimits Limits);

/// <summary>The broker's bounds. What happens at each is an error with its own condition.</summary>
internal sealed record BrokerLimits
{
    /// <summary>Bytes of one message as sent; the standard tier's limit. Over it: amqp:link:message-size-exceeded.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>Messages in one entity. Over it: amqp:resource-limit-exceeded.</summary>
    public int MaxEntityMessages { get; init; } = 200_000;

    /// <summary>Bytes of content in one entity. Over it: amqp:resource-limit-exceeded.</summary>
    public long MaxEntityBytes { get; init; } = 1L << 30;

    /// <summary>Message ids that an entity's duplicate detection remembers. Over it: the oldest is forgotten before its window ends.</summary>
    public int MaxRememberedIds { get; init; } = 500_000;

    /// <summary>Bytes of content held in memory, all entities together; the rest is read from the disk when delivered.</summary>
    public long MaxResidentBytes { get; init; } = 64L << 20;

    /// <summary>Connections at once. Over it: the newcomer is closed with amqp:resource-limit-exceeded.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Links of one connection. Over it: the attach is refused with amqp:resource-limit-exceeded.</summary>
    public int MaxLinksPerConnection { get; init; } = 1_000;

    /// <summary>Deliveries a receiver may hold unsettled through prefetch; more credit than this is not used at once.</summary>
    public int MaxUnsettledPerLink { get; init; } = 5_000;

    /// <summary>Messages that a sender may have on the way to the disk.</summary>
    public int SenderCredit { get; init; } = 200;

    /// <summary>Receivers waiting for any session of an entity. Over it: com.microsoft:server-busy.</summary>
    public int MaxSessionWaiters { get; init; } = 1_000;

    /// <summary>Messages that a peek or a receive by sequence number gives at once.</summary>
    public int MaxBrowseMessages { get; init; } = 250;

    /// <summary>Bytes of one session's state. Over it: com.microsoft:argument-error.</summary>
    public int MaxSessionStateBytes { get; init; } = 256 * 1024;
}
