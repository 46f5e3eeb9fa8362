using Marquee.Local.ServiceBus;

namespace Marquee.Benchmarks.Bus;

/// <summary>Our broker as a child process, and our client.</summary>
internal sealed class OurBus : IBus
{
    private const string Queue = "bench";

    private const string Config =
        "{\"UserConfig\":{\"Namespaces\":[{\"Name\":\"bench\",\"Queues\":[{\"Name\":\"bench\",\"Properties\":{\"LockDuration\":\"PT1M\"}}]}]}}";

    private readonly ServerProcess _server;
    private readonly string _folder;
    private readonly string _connectionString;

    private OurBus(ServerProcess server, string folder, string connectionString)
    {
        _server = server;
        _folder = folder;
        _connectionString = connectionString;
    }

    internal static async Task<OurBus> StartAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-bus-").FullName;
        var config = Path.Combine(folder, "Config.json");
        await File.WriteAllTextAsync(config, Config, cancellation);
        var broker = Path.Combine(AppContext.BaseDirectory, "Marquee.Local.ServiceBus.Broker.dll");
        var (server, line) = await ServerProcess.StartAsync(
            "dotnet",
            [broker, "--config", config, "--data", Path.Combine(folder, "data"), "--port", "0"],
            new Dictionary<string, string>(),
            "broker listening on",
            cancellation);
        var endpoint = line[(line.LastIndexOf(' ') + 1)..];

        // The key that a broker without authorization rules takes, as the official emulator does.
        return new OurBus(
            server,
            folder,
            $"Endpoint=sb://{endpoint};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;");
    }

    public Task<IBusWork> OpenAsync(int workers, CancellationToken cancellation) => Task.FromResult<IBusWork>(new Work(_connectionString, workers));

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class Work : IBusWork
    {
        private readonly ServiceBusClient _client;
        private readonly ServiceBusSender _sender;
        private readonly ServiceBusReceiver _receiver;
        private readonly byte[] _body = new byte[BusBench.BodyBytes];

        internal Work(string connectionString, int workers)
        {
            _client = new ServiceBusClient(connectionString);
            _sender = _client.CreateSender(Queue);

            // One message in flight is one that is asked for; many are kept coming, as the peer's consumer is kept supplied.
            _receiver = _client.CreateReceiver(Queue, new ServiceBusReceiverOptions { PrefetchCount = workers == 1 ? 0 : 2 * workers });
        }

        public async Task TripAsync(int worker, CancellationToken cancellation)
        {
            await _sender.SendMessageAsync(new ServiceBusMessage(_body), cancellation);
            var message = await _receiver.ReceiveMessageAsync(cancellationToken: cancellation)
                ?? throw new InvalidOperationException("The message did not come.");
            await _receiver.CompleteMessageAsync(message, cancellation);
        }

        public ValueTask DisposeAsync() => _client.DisposeAsync();
    }
}
