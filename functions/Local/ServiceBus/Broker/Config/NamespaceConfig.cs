using Marquee.Local.ServiceBus.Broker.Filters;

namespace Marquee.Local.ServiceBus.Broker.Config;

/// <summary>What a key may do. <see cref="Manage"/> implies the other two.</summary>
[Flags]
internal enum AccessRights { None = 0, Send = 1, Listen = 2, Manage = 4 | Send | Listen }

/// <summary>Whether an entity takes and gives messages.</summary>
internal enum EntityStatus { Active, Disabled, SendDisabled, ReceiveDisabled }

/// <summary>A shared access key with its rights, for the namespace or one entity.</summary>
internal sealed record AuthorizationRule(string KeyName, string PrimaryKey, AccessRights Rights);

/// <summary>Settings of anything that holds messages for receivers: a queue or a subscription.</summary>
internal sealed record QueueConfig
{
    public required string Name { get; init; }
    public bool DeadLetteringOnMessageExpiration { get; init; }
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);
    public int MaxDeliveryCount { get; init; } = 10;
    public bool RequiresSession { get; init; }

    /// <summary>How long a message id is remembered; null where duplicates are not looked for.</summary>
    public TimeSpan? DuplicateDetectionWindow { get; init; }

    public EntityStatus Status { get; init; }
    public IReadOnlyList<AuthorizationRule> AuthorizationRules { get; init; } = [];
}

/// <summary>A named condition on a subscription: a message that passes any rule is copied to the subscription.</summary>
internal sealed record RuleConfig(string Name, IMessageFilter Filter);

/// <summary>A subscription is a queue fed by its topic through its rules.</summary>
internal sealed record SubscriptionConfig(QueueConfig Queue, IReadOnlyList<RuleConfig> Rules);

/// <summary>A topic: what is sent to it is copied to each subscription whose rules match.</summary>
internal sealed record TopicConfig
{
    public required string Name { get; init; }
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;
    public TimeSpan? DuplicateDetectionWindow { get; init; }
    public EntityStatus Status { get; init; }
    public IReadOnlyList<SubscriptionConfig> Subscriptions { get; init; } = [];
    public IReadOnlyList<AuthorizationRule> AuthorizationRules { get; init; } = [];
}

/// <summary>Everything the broker serves: one namespace.</summary>
internal sealed record NamespaceConfig
{
    public required string Name { get; init; }
    public IReadOnlyList<QueueConfig> Queues { get; init; } = [];
    public IReadOnlyList<TopicConfig> Topics { get; init; } = [];
    public IReadOnlyList<AuthorizationRule> AuthorizationRules { get; init; } = [];
}

/// <summary>The configuration is wrong; the message names the entity and the setting.</summary>
internal sealed class BrokerConfigException(string message, Exception? inner = null) : Exception(message, inner);
