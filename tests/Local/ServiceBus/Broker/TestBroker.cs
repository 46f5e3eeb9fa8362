using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>A broker in this process on a free port and a data folder of its own, which can be restarted.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    public const string Configuration = """
        { "UserConfig": { "Namespaces": [ { "Name": "local",
          "Queues": [
            { "Name": "orders", "Properties": { "LockDuration": "PT30S", "MaxDeliveryCount": 3, "DeadLetteringOnMessageExpiration": true } },
            { "Name": "quick", "Properties": { "LockDuration": "PT1S" } },
            { "Name": "once", "Properties": { "RequiresDuplicateDetection": true, "DuplicateDetectionHistoryTimeWindow": "PT5M" } },
            { "Name": "sessions", "Properties": { "RequiresSession": true, "LockDuration": "PT30S", "MaxDeliveryCount": 3 } },
            { "Name": "closed", "Properties": { "Status": "Disabled" } },
            { "Name": "guarded", "AuthorizationRules": [
              { "KeyName": "sender", "PrimaryKey": "c2VuZGVyLWtleQ==", "Rights": [ "Send" ] },
              { "KeyName": "listener", "PrimaryKey": "bGlzdGVuZXIta2V5", "Rights": [ "Listen" ] } ] } ],
          "Topics": [
            { "Name": "commands", "Properties": { "RequiresDuplicateDetection": true }, "Subscriptions": [
              { "Name": "pop-berlin", "Rules": [ { "Name": "pop", "Properties": { "FilterType": "Correlation",
                "CorrelationFilter": { "Properties": { "pop": "berlin" } } } } ] },
              { "Name": "big-sales", "Rules": [ { "Name": "big", "Properties": { "FilterType": "Sql",
                "SqlFilter": { "SqlExpression": "amount > 10 AND sys.Label LIKE 'sale%'" } } } ] },
              { "Name": "all" } ] } ] } ] } }
        """;

    private readonly TempFolder _folder = new();
    private readonly TimeProvider _time;
    private readonly BrokerLimits _limits;
    private BrokerServer? _server;

    private TestBroker(TimeProvider time, BrokerLimits limits) => (_time, _limits) = (time, limits);

    public BrokerServer Server => _server ?? throw new InvalidOperationException("The broker is stopped.");

    public static async Task<TestBroker> StartAsync(TimeProvider? time = null, BrokerLimits? limits = null)
    {
        var broker = new TestBroker(time ?? TimeProvider.System, limits ?? new BrokerLimits());
        await broker.StartServerAsync();
        return broker;
    }

    public MessageQueue Queue(string path) => Server.Entities.Find(path)!.Queue!;

    public ISendTarget Target(string path) => Server.Entities.Find(path)!.Target!;

    public async Task RestartAsync(string configuration = Configuration)
    {
        await Server.DisposeAsync();
        await StartServerAsync(configuration);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartServerAsync(string configuration = Configuration) => _server = await BrokerServer.StartAsync(
        new BrokerOptions { Namespace = ConfigReader.Read(configuration), DataPath = _folder.Path, Port = 0, Limits = _limits },
        _time, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}
