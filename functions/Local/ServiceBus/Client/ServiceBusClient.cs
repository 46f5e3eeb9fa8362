using Azure;
using Azure.Core;
using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>
/// A connection to a namespace, made when first needed and remade when lost; the maker of senders and receivers, which share it.
/// Safe for concurrent use; keep one and reuse it.
/// </summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly BrokerConnection _broker;
    private readonly string _entityPath;
    private int _identifiers;

    /// <summary>For tests that derive.</summary>
    protected ServiceBusClient()
    {
    }

    /// <summary>Makes a client from a connection string.</summary>
    /// <param name="connectionString">
    /// <c>Endpoint=sb://host[:port];SharedAccessKeyName=…;SharedAccessKey=…</c> or <c>…;SharedAccessSignature=…</c>, with
    /// <c>UseDevelopmentEmulator=true</c> for a broker on this machine (plain AMQP, port 5672 unless given).
    /// </param>
    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    /// <summary>Makes a client from a connection string, with options.</summary>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
    {
        options ??= new ServiceBusClientOptions();
        var parsed = ConnectionString.Parse(connectionString);
        _entityPath = parsed.EntityPath;
        (_broker, Identifier) = Connect(parsed.Endpoint, parsed.Tokens(options.TimeProvider), options);
    }

    /// <summary>Makes a client that signs in with a Microsoft Entra identity.</summary>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    /// <summary>Makes a client that signs in with a Microsoft Entra identity, with options.</summary>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new ServiceBusClientOptions();
        (_broker, Identifier) = Connect(BrokerEndpoint.OfNamespace(fullyQualifiedNamespace), new EntraTokens(credential), options);
    }

    /// <summary>Makes a client that signs with a shared access key.</summary>
    public ServiceBusClient(string fullyQualifiedNamespace, AzureNamedKeyCredential credential, ServiceBusClientOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new ServiceBusClientOptions();
        var tokens = new SharedKeyTokens(credential, options.TimeProvider);
        (_broker, Identifier) = Connect(BrokerEndpoint.OfNamespace(fullyQualifiedNamespace), tokens, options);
    }

    /// <summary>Makes a client that shows a shared access signature.</summary>
    public ServiceBusClient(string fullyQualifiedNamespace, AzureSasCredential credential, ServiceBusClientOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new ServiceBusClientOptions();
        var tokens = new SharedSignatureTokens(credential);
        (_broker, Identifier) = Connect(BrokerEndpoint.OfNamespace(fullyQualifiedNamespace), tokens, options);
    }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace => _broker.Endpoint.Namespace;

    /// <summary>Whether the client was closed.</summary>
    public virtual bool IsClosed => _broker.IsClosed;

    /// <summary>The transport.</summary>
    public ServiceBusTransportType TransportType => _broker.Options.TransportType;

    /// <summary>The name of this client in logs.</summary>
    public virtual string Identifier { get; }

    internal BrokerConnection Broker => _broker;

    /// <summary>Makes a sender. Nothing is sent before it is used.</summary>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => new(this, Own(queueOrTopicName), default(string));

    /// <summary>Makes a sender with options.</summary>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options) =>
        new(this, Own(queueOrTopicName), options?.Identifier);

    /// <summary>Makes a receiver of a queue.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, new ServiceBusReceiverOptions());

    /// <summary>Makes a receiver of a queue, with options.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) =>
        new(this, Receiver(Own(queueName), options));

    /// <summary>Makes a receiver of a subscription.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName) =>
        CreateReceiver(topicName, subscriptionName, new ServiceBusReceiverOptions());

    /// <summary>Makes a receiver of a subscription, with options.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName, ServiceBusReceiverOptions options) =>
        new(this, Receiver(EntityName.Subscription(Own(topicName), subscriptionName), options));

    /// <summary>Closes the connection, and with it all senders and receivers of this client.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Locks the next session that has messages and no holder, waiting up to the try time-out for one.</summary>
    /// <param name="entityPath">A queue, or <see cref="EntityName.Subscription"/>.</param>
    /// <param name="options">Prefetch and receive mode; null for the defaults.</param>
    /// <param name="maxWaitTime">How long to wait; null for the try time-out.</param>
    /// <param name="cancellationToken">Ends the wait; a session locked meanwhile is let go.</param>
    /// <exception cref="ServiceBusException">No session in time: <see cref="ServiceBusFailureReason.ServiceTimeout"/>.</exception>
    internal Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(
        string entityPath,
        ServiceBusReceiverOptions options = null,
        TimeSpan? maxWaitTime = null,
        CancellationToken cancellationToken = default) =>
        AcceptAsync(entityPath, null, options, maxWaitTime, cancellationToken);

    /// <summary>Locks a session by its id.</summary>
    /// <exception cref="ServiceBusException">Another holds it: <see cref="ServiceBusFailureReason.SessionCannotBeLocked"/>.</exception>
    internal Task<ServiceBusSessionReceiver> AcceptSessionAsync(
        string entityPath,
        string sessionId,
        ServiceBusReceiverOptions options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        return AcceptAsync(entityPath, sessionId, options, null, cancellationToken);
    }

    internal string NextIdentifier(string entityPath) => $"{Identifier}/{entityPath}-{Interlocked.Increment(ref _identifiers)}";

    private async Task<ServiceBusSessionReceiver> AcceptAsync(
        string entityPath,
        string sessionId,
        ServiceBusReceiverOptions options,
        TimeSpan? maxWaitTime,
        CancellationToken cancellationToken)
    {
        var channel = Receiver(Own(entityPath), options, new SessionHold(sessionId));
        await channel.AcceptSessionAsync(maxWaitTime, cancellationToken).ConfigureAwait(false);
        return new ServiceBusSessionReceiver(this, channel);
    }

    private ReceiverChannel Receiver(string entityPath, ServiceBusReceiverOptions options, SessionHold session = null)
    {
        options ??= new ServiceBusReceiverOptions();
        var path = EntityName.WithSubQueue(entityPath, options.SubQueue);
        return new ReceiverChannel(
            _broker,
            path,
            options.Identifier ?? NextIdentifier(path),
            options.ReceiveMode,
            options.PrefetchCount,
            session);
    }

    /// <summary>A connection string that names an entity is good for that entity only.</summary>
    private string Own(string entityPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(entityPath);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return _entityPath is null
            || entityPath.Equals(_entityPath, StringComparison.OrdinalIgnoreCase)
            || entityPath.StartsWith(_entityPath + "/", StringComparison.OrdinalIgnoreCase)
            ? entityPath
            : throw new ArgumentException($"The connection string is for '{_entityPath}', not for '{entityPath}'.", nameof(entityPath));
    }

    private static (BrokerConnection Broker, string Identifier) Connect(
        BrokerEndpoint endpoint,
        ITokenSource tokens,
        ServiceBusClientOptions options)
    {
        if (options.TransportType != ServiceBusTransportType.AmqpTcp)
            throw new NotSupportedException("The stand-in speaks AMQP over TCP only.");
        if (options.EnableCrossEntityTransactions)
            throw new NotSupportedException("The stand-in has no transactions.");
        var broker = new BrokerConnection(endpoint.Or(options.CustomEndpointAddress), tokens, options);
        return (broker, options.Identifier ?? $"{endpoint.Namespace}-{broker.Number}");
    }
}
