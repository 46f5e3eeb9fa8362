using Marquee.Local.ServiceBus.Broker.Config;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>An entity behind an address.</summary>
/// <param name="Path">Its canonical path, the scope of tokens.</param>
/// <param name="Target">What messages can be sent to; null where nothing can.</param>
/// <param name="Queue">What messages can be received from; null for a topic.</param>
/// <param name="Topic">The topic of a topic or subscription address.</param>
/// <param name="Status">Whether it is enabled.</param>
/// <param name="Rules">Keys of the entity; those of the namespace come besides.</param>
internal sealed record Entity(string Path, ISendTarget? Target, MessageQueue? Queue, Topic? Topic, EntityStatus Status, IReadOnlyList<AuthorizationRule> Rules);

/// <summary>All entities of the configuration, by address, without case.</summary>
internal sealed class BrokerNamespace : IDisposable
{
    public const string DeadLetterSuffix = "/$DeadLetterQueue";
    public const string ManagementSuffix = "/$management";

    private readonly Dictionary<string, Entity> _entities = new(StringComparer.OrdinalIgnoreCase);

    public BrokerNamespace(NamespaceConfig config, EntityContext context)
    {
        Config = config;
        var known = context.Store.ListEntities();
        foreach (var queue in config.Queues)
            Add(queue.Name, OpenQueue(context, queue), topic: null, queue.Status, queue.AuthorizationRules, isSubscription: false);
        foreach (var topic in config.Topics)
            AddTopic(context, topic);
        Unserved = [.. known.Where(k => k.Messages > 0 && !_entities.ContainsKey(k.Name))];
    }

    public NamespaceConfig Config { get; }

    /// <summary>Entities that have messages on the disk and that the configuration no longer names; they keep their data.</summary>
    public IReadOnlyList<(string Name, long Messages)> Unserved { get; }

    public IReadOnlyCollection<Entity> Entities => _entities.Values;

    public Entity? Find(string path) => _entities.GetValueOrDefault(path.Trim('/'));

    public void Dispose()
    {
        foreach (var entity in _entities.Values)
        {
            entity.Queue?.Dispose();
            if (entity.Queue is null)
                entity.Topic?.Dispose();
        }
    }

    private static MessageQueue OpenQueue(EntityContext context, QueueConfig config)
    {
        var deadLetters = new MessageQueue(context, new QueueConfig { Name = config.Name + DeadLetterSuffix, LockDuration = config.LockDuration, MaxDeliveryCount = int.MaxValue }, null);
        return new MessageQueue(context, config, deadLetters);
    }

    private void AddTopic(EntityContext context, TopicConfig config)
    {
        var subscriptions = config.Subscriptions
            .Select(s => (s, OpenQueue(context, s.Queue with { Name = $"{config.Name}/Subscriptions/{s.Queue.Name}" })))
            .ToList();
        var topic = new Topic(context, config, subscriptions);
        _entities.Add(config.Name, new Entity(config.Name, topic, null, topic, config.Status, config.AuthorizationRules));
        foreach (var (subscription, queue) in subscriptions)
            Add(queue.Name, queue, topic, subscription.Queue.Status, config.AuthorizationRules, isSubscription: true);
    }

    private void Add(string path, MessageQueue queue, Topic? topic, EntityStatus status, IReadOnlyList<AuthorizationRule> rules, bool isSubscription)
    {
        _entities.Add(path, new Entity(path, isSubscription ? null : queue, queue, topic, status, rules));
        _entities.Add(path + DeadLetterSuffix, new Entity(path + DeadLetterSuffix, null, queue.DeadLetters, topic, status, rules));
    }
}
