using System.Security.Cryptography;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker;

/// <summary>How a broker is to run.</summary>
internal sealed record BrokerOptions
{
    public const int DefaultPort = 5672;

    /// <summary>What it serves.</summary>
    public required NamespaceConfig Namespace { get; init; }

    /// <summary>The data folder; made where missing.</summary>
    public required string DataPath { get; init; }

    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    public BrokerLimits Limits { get; init; } = new();

    /// <summary>Source of lock tokens.</summary>
    public Func<Guid> NewLockToken { get; init; } = () => new Guid(RandomNumberGenerator.GetBytes(16));
}
