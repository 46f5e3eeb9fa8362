using System.Net;
using System.Net.Sockets;
using Amqp;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Security;
using Marquee.Local.ServiceBus.Broker.Storage;
using Marquee.Local.ServiceBus.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.ServiceBus.Broker;

/// <summary>
/// A broker in this process, listening on 127.0.0.1. Disposing it stops as SIGTERM does: connections are closed with
/// amqp:connection:forced, what was accepted is committed. Locks are not kept over a restart.
/// </summary>
internal sealed partial class BrokerServer : IAsyncDisposable
{
    private const int BindAttempts = 20;

    private readonly BrokerStore _store;
    private readonly BrokerNamespace _entities;
    private readonly BrokerContainer _container;
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;
    private bool _disposed;

    private BrokerServer(BrokerOptions options, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _store = new BrokerStore(options.DataPath, OnFault);
        try
        {
            var context = new EntityContext(_store, time, options.NewLockToken, new ContentBudget(options.Limits.MaxResidentBytes), options.Limits);
            _entities = new BrokerNamespace(options.Namespace, context);
            foreach (var (name, messages) in _entities.Unserved)
                LogUnserved(logger, name, messages);
            var handler = new ConnectionHandler(options.Limits);
            var attacher = new LinkAttacher(_entities, context, new CbsNode(new TokenChecker(_entities, time)), handler);
            (_container, Port) = Listen(options.Port, attacher, handler);
        }
        catch
        {
            _entities?.Dispose();
            _store.Dispose();
            throw;
        }
    }

    public int Port { get; }

    /// <summary>The endpoint part of a connection string.</summary>
    public string Endpoint => $"sb://127.0.0.1:{Port}/";

    /// <summary>The entities served, for tests and health.</summary>
    public BrokerNamespace Entities => _entities;

    /// <summary>Completes when the disk fails. Nothing is accepted any more; only a start reads what the file holds.</summary>
    public Task<Exception> Faulted => _fault.Task;

    /// <summary>Reads the data, listens and returns.</summary>
    /// <exception cref="IOException">The data folder is held by another broker, or the port is taken.</exception>
    public static Task<BrokerServer> StartAsync(BrokerOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken = default) =>
        Task.Run(() => new BrokerServer(options, time, loggers.CreateLogger<BrokerServer>()), cancellationToken);

    /// <summary>A connection string for a key of the namespace or of an entity.</summary>
    public string ConnectionString(string keyName, string key) =>
        $"Endpoint={Endpoint};SharedAccessKeyName={keyName};SharedAccessKey={key};UseDevelopmentEmulator=true;";

    /// <summary>A connection string for the namespace's first key.</summary>
    public string ConnectionString() => ConnectionString(_entities.Config.AuthorizationRules[0].KeyName, _entities.Config.AuthorizationRules[0].PrimaryKey);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await Task.Run(() =>
        {
            _container.Close();
            _entities.Dispose();
            _store.Dispose();
        }).ConfigureAwait(false);
    }

    private static (BrokerContainer Container, int Port) Listen(int wanted, LinkAttacher attacher, ConnectionHandler handler)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = wanted != 0 ? wanted : FreePort();
            var container = new BrokerContainer(new Address($"amqp://127.0.0.1:{port}"), attacher, handler);
            try
            {
                container.Open();
                return (container, port);
            }
            catch (SocketException e) when (wanted != 0 || attempt == BindAttempts)
            {
                throw new IOException($"127.0.0.1:{port} cannot be listened on: {e.Message}", e);
            }
            catch (SocketException)
            {
                // Somebody took the free port in between: another one.
            }
        }
    }

    // The library does not tell which port it got, so one is found first.
    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private void OnFault(Exception error)
    {
        LogFault(_logger, error);
        _fault.TrySetResult(error);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Entity {Entity} has {Messages} messages and is not in the configuration: its data stays and is not served")]
    private static partial void LogUnserved(ILogger logger, string entity, long messages);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store failed: nothing more is accepted")]
    private static partial void LogFault(ILogger logger, Exception error);
}
