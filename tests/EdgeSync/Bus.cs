using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Local.ServiceBus;
using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Filters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.EdgeSync.Tests;

/// <summary>
/// A broker in this process with the two topics of the edge. It can be stopped and started again on its port with what it holds. The cloud's
/// subscription has no sessions here, so that one receiver sees all that arrives in the order of arrival.
/// </summary>
internal sealed class Bus(string dataPath) : IAsyncDisposable
{
    public const string PopId = "berlin";
    public const string Subscription = "pop-berlin";
    private const string Key = "dGhlLXBvcHMta2V5LW9mLXRoaXMtdGVzdA==";

    private readonly HashSet<long> _seen = [];

    private BrokerServer? _server;
    private int _port;

    public string EventsConnection => Connection("pop-send");

    public string CommandsConnection => Connection("pop-listen");

    public async Task StartAsync()
    {
        _server = await BrokerServer.StartAsync(
            new BrokerOptions { Namespace = Entities(), DataPath = dataPath, Port = _port }, TimeProvider.System, NullLoggerFactory.Instance);
        _port = _server.Port;
    }

    public async Task StopAsync()
    {
        if (_server is { } server) await server.DisposeAsync();
        _server = null;
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    public Task SendAsync(EdgeCommand command) => SendAsync(JsonSerializer.Serialize(command, ContractJson.Options), command.PopId);

    public async Task SendAsync(string body, string pop = PopId)
    {
        await using var client = new ServiceBusClient(Connection("cloud"));
        await client.CreateSender("edge-commands").SendMessageAsync(new ServiceBusMessage(body) { ApplicationProperties = { ["pop"] = pop } });
    }

    /// <summary>Takes facts off the cloud's subscription until <paramref name="enough"/> says so.</summary>
    public async Task<IReadOnlyList<(ServiceBusReceivedMessage Message, EdgeFact Fact)>> ReceiveAsync(
        Func<IReadOnlyList<EdgeFact>, bool> enough, CancellationToken cancellationToken)
    {
        await using var client = new ServiceBusClient(Connection("cloud"));
        await using var receiver = client.CreateReceiver("edge-events", "cloud");
        var taken = new List<(ServiceBusReceivedMessage Message, EdgeFact Fact)>();
        while (!enough([.. taken.Select(t => t.Fact)]))
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(2), cancellationToken))
            {
                if (await TakeAsync(receiver, message, cancellationToken) is { } fact) taken.Add((message, fact));
            }
        }

        return taken;
    }

    /// <summary>What has come to the cloud's subscription by now, without waiting for more.</summary>
    public async Task<IReadOnlyList<EdgeFact>> ReceiveRestAsync(CancellationToken cancellationToken)
    {
        await using var client = new ServiceBusClient(Connection("cloud"));
        await using var receiver = client.CreateReceiver("edge-events", "cloud");
        var taken = new List<EdgeFact>();
        while (await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(1), cancellationToken) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                if (await TakeAsync(receiver, message, cancellationToken) is { } fact) taken.Add(fact);
            }
        }

        return taken;
    }

    public async Task<ServiceBusReceivedMessage> ReceiveDeadCommandAsync(CancellationToken cancellationToken)
    {
        await using var client = new ServiceBusClient(Connection("cloud"));
        await using var receiver = client.CreateReceiver("edge-commands", Subscription, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        while (true)
        {
            if (await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(5), cancellationToken) is { } message) return message;
        }
    }

    // A receiver that loses its connection while it completes does not know whether the broker heard it, and may get the same message again.
    // The broker's own number tells such a redelivery from a fact that was sent twice, which a test must see.
    private async Task<EdgeFact?> TakeAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await receiver.CompleteMessageAsync(message, cancellationToken);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
        }

        return _seen.Add(message.SequenceNumber) ? JsonSerializer.Deserialize<EdgeFact>(message.Body.ToMemory().Span, ContractJson.Options)! : null;
    }

    private string Connection(string keyName) =>
        $"Endpoint=sb://127.0.0.1:{_port}/;SharedAccessKeyName={keyName};SharedAccessKey={Key};UseDevelopmentEmulator=true;";

    private static NamespaceConfig Entities() => new()
    {
        Name = "test",
        AuthorizationRules = [new AuthorizationRule("cloud", Key, AccessRights.Send | AccessRights.Listen)],
        Topics =
        [
            new TopicConfig
            {
                Name = "edge-events",
                DuplicateDetectionWindow = TimeSpan.FromHours(1),
                AuthorizationRules = [new AuthorizationRule("pop-send", Key, AccessRights.Send)],
                Subscriptions = [Subscribe("cloud", BooleanFilter.True)],
            },
            new TopicConfig
            {
                Name = "edge-commands",
                AuthorizationRules = [new AuthorizationRule("pop-listen", Key, AccessRights.Listen)],
                Subscriptions = [Subscribe(Subscription, new CorrelationFilter { Properties = new Dictionary<string, object> { ["pop"] = PopId } })],
            },
        ],
    };

    private static SubscriptionConfig Subscribe(string name, IMessageFilter filter) => new(new QueueConfig { Name = name }, [new RuleConfig("all", filter)]);
}
