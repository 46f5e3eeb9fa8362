using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions;

/// <summary>Sends what the function returns, or what it puts in the property, to a queue or topic.</summary>
public sealed class ServiceBusOutputAttribute(string queueOrTopicName, ServiceBusEntityType entityType = ServiceBusEntityType.Queue)
    : OutputBindingAttribute
{
    public string QueueOrTopicName { get; } = queueOrTopicName;

    /// <summary>The setting that holds the connection string.</summary>
    public string? Connection { get; set; }

    public ServiceBusEntityType EntityType { get; set; } = entityType;
}
