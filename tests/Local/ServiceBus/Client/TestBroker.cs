using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Filters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Local.ServiceBus.Tests.Client;

/// <summary>A real broker on a free port with its data in a folder of its own, which can be stopped and started again.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    internal static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly List<ServiceBusClient> _clients = [];
    private readonly TimeProvider _time;
    private readonly NamespaceConfig _config;
    private BrokerServer? _server;
    private int _port;

    private TestBroker(NamespaceConfig config, TimeProvider time)
    {
        _config = config;
        _time = time;
    }

    internal static NamespaceConfig Namespace { get; } = new()
    {
        Name = "test",
        AuthorizationRules = [new("root", "secret", AccessRights.Manage)],
        Queues =
        [
            new() { Name = "plain", LockDuration = LockDuration, AuthorizationRules = [new("listener", "listen-only", AccessRights.Listen)] },
            new() { Name = "fragile", LockDuration = LockDuration, MaxDeliveryCount = 2 },
            new() { Name = "sessions", LockDuration = LockDuration, RequiresSession = true },
            new() { Name = "once", LockDuration = LockDuration, DuplicateDetectionWindow = TimeSpan.FromMinutes(10) },
        ],
        Topics = [new() { Name = "news", Subscriptions = [new(new() { Name = "all", LockDuration = LockDuration }, [new("all", BooleanFilter.True)])] }],
    };

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal BrokerServer Server => _server ?? throw new InvalidOperationException("The broker is stopped.");

    internal static async Task<TestBroker> StartAsync(TimeProvider? time = null, NamespaceConfig? config = null)
    {
        var broker = new TestBroker(config ?? Namespace, time ?? TimeProvider.System);
        await broker.StartServerAsync();
        return broker;
    }

    /// <summary>Fast retries, so that a test of failures is no test of patience.</summary>
    internal static ServiceBusClientOptions Options(TimeProvider? time = null) => new()
    {
        RetryOptions = new ServiceBusRetryOptions
        {
            Mode = ServiceBusRetryMode.Fixed,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxRetries = 100,
            TryTimeout = TimeSpan.FromSeconds(30),
        },
        TimeProvider = time ?? TimeProvider.System,
    };

    internal string ConnectionString(string keyName = "root", string key = "secret") =>
        $"Endpoint=sb://127.0.0.1:{_port};SharedAccessKeyName={keyName};SharedAccessKey={key};UseDevelopmentEmulator=true;";

    /// <summary>A client that is disposed with the broker.</summary>
    internal ServiceBusClient Client(ServiceBusClientOptions? options = null, string? connectionString = null)
    {
        var client = new ServiceBusClient(connectionString ?? ConnectionString(), options ?? Options());
        _clients.Add(client);
        return client;
    }

    internal async Task StopServerAsync()
    {
        if (_server is { } server)
            await server.DisposeAsync();
        _server = null;
    }

    internal async Task StartServerAsync()
    {
        var options = new BrokerOptions { Namespace = _config, DataPath = _folder.Path, Port = _port };
        _server = await BrokerServer.StartAsync(options, _time, NullLoggerFactory.Instance, Ct);
        _port = _server.Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await StopServerAsync();
        _folder.Dispose();
    }

    /// <summary>Waits until something holds, generously.</summary>
    internal static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    /// <summary>Waits until something holds, generously.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds())
            await Task.Delay(5, patience.Token);
    }
}
