using Marquee.Local.Functions.Builder;
using Marquee.Local.ServiceBus;
using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Local.Functions.Tests.Triggers;

/// <summary>A real broker, and a client of the test's own beside the host's.</summary>
public sealed class BusFixture : IAsyncLifetime
{
    private const string Entities =
        """
        { "UserConfig": { "Namespaces": [ { "Name": "tests",
          "AuthorizationRules": [ { "KeyName": "all", "PrimaryKey": "key-of-the-tests", "Rights": ["Send", "Listen", "Manage"] } ],
          "Queues": [
            { "Name": "inbox", "Properties": { "MaxDeliveryCount": 3, "LockDuration": "PT1M" } },
            { "Name": "left" }, { "Name": "outbox" }, { "Name": "extras" },
            { "Name": "sessions", "Properties": { "RequiresSession": true } } ],
          "Topics": [ { "Name": "facts", "Subscriptions": [ { "Name": "cloud", "Properties": { "MaxDeliveryCount": 3 } } ] } ]
        } ] } }
        """;

    private readonly TempFolder _data = new();
    private BrokerServer _broker = null!;

    public ServiceBusClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerServer.StartAsync(
            new BrokerOptions { Namespace = ConfigReader.Read(Entities), DataPath = _data.Path, Port = 0 },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            TestHost.Cancellation);
        Client = new ServiceBusClient(_broker.ConnectionString());
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _broker.DisposeAsync();
        _data.Dispose();
    }

    public Task SendAsync(string entity, params ServiceBusMessage[] messages) =>
        Client.CreateSender(entity).SendMessagesAsync(messages, TestHost.Cancellation);

    /// <summary>Takes a message that must come.</summary>
    public async Task<ServiceBusReceivedMessage> TakeAsync(string entity, SubQueue subQueue = SubQueue.None)
    {
        await using var receiver = Client.CreateReceiver(entity, new ServiceBusReceiverOptions { SubQueue = subQueue });
        var message = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(60), TestHost.Cancellation);
        await receiver.CompleteMessageAsync(message, TestHost.Cancellation);
        return message;
    }

    /// <summary>What is in the entity without taking it.</summary>
    public async Task<int> CountAsync(string entity, SubQueue subQueue = SubQueue.None)
    {
        await using var receiver = Client.CreateReceiver(entity, new ServiceBusReceiverOptions { SubQueue = subQueue });
        return (await receiver.PeekMessagesAsync(100, null, TestHost.Cancellation)).Count;
    }

    internal TestHostOptions Options(Action<FunctionsApplicationBuilder>? configure = null, string serviceBus = "{}") => new()
    {
        HostJson = $$"""{ "version": "2.0", "extensions": { "http": { "routePrefix": "" }, "serviceBus": {{serviceBus}} } }""",
        Settings = new() { ["Bus"] = _broker.ConnectionString(), ["Inbox:Topic"] = "facts" },
        Configure = builder =>
        {
            builder.Services.AddSingleton(new Received());
            configure?.Invoke(builder);
        },
    };
}
