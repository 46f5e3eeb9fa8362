using System.Collections.Concurrent;
using Amqp;
using Amqp.Sasl;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>One AMQP connection, from its opening to its loss, with what lives and dies with it: tokens and management links.</summary>
internal sealed class LiveConnection : IOpened, IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Reopenable<RequestResponseLink>> _management = new(StringComparer.OrdinalIgnoreCase);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServiceBusClientOptions _options;
    private readonly string _name;
    private int _lastLink;

    private LiveConnection(
        Connection amqp,
        SettlementAnswers answers,
        string name,
        BrokerEndpoint endpoint,
        ITokenSource tokens,
        ServiceBusClientOptions options)
    {
        Amqp = amqp;
        Answers = answers;
        _name = name;
        _options = options;
        Gate = new TokenGate(this, endpoint, tokens, options);
        amqp.AddClosedCallback((_, _) => End());
        if (amqp.IsClosed)
            End(); // it ended before it could be asked to tell
    }

    internal Connection Amqp { get; }

    /// <summary>Completes when the connection is lost or closed.</summary>
    internal Task Closed => _closed.Task;

    internal SettlementAnswers Answers { get; }

    internal TokenGate Gate { get; }

    public bool IsOpen => !Amqp.IsClosed;

    internal static async Task<LiveConnection> OpenAsync(
        string name,
        BrokerEndpoint endpoint,
        ITokenSource tokens,
        ServiceBusClientOptions options,
        CancellationToken cancellationToken)
    {
        using var transports = new SocketTransportProvider(cancellationToken);
        var factory = new ConnectionFactory([transports]);
        factory.TCP.NoDelay = true;
        factory.AMQP.ContainerId = name;
        factory.AMQP.HostName = endpoint.Namespace;
        factory.AMQP.IdleTimeout = (int)Math.Min(options.ConnectionIdleTimeout.TotalMilliseconds, int.MaxValue);
        factory.SASL.Profile = SaslProfile.Anonymous;
        if (options.CertificateValidationCallback is { } judge)
            factory.SSL.RemoteCertificateValidationCallback = judge;

        var address = new Address(endpoint.Host, endpoint.Port, null, null, "/", endpoint.Tls ? "AMQPS" : "AMQP");
        var answers = new SettlementAnswers();
        try
        {
            // A broker that closes during the handshake leaves the library waiting for its answer: the socket knows better.
            var creating = factory.CreateAsync(address, cancellationToken, answers);
            if (await Task.WhenAny(creating, transports.Closed).ConfigureAwait(false) != creating && !creating.IsCompleted)
                throw new IOException("The broker closed the connection during the handshake.");
            var amqp = await creating.ConfigureAwait(false);
            return new LiveConnection(amqp, answers, name, endpoint, tokens, options);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the handshake failed of, nothing was sent yet: it is a matter of communication and may be tried again.
            throw AmqpFaults.ConnectionLost(
                string.Empty,
                $"No connection to the broker at {endpoint.Host}:{endpoint.Port}: {exception.Message}",
                exception);
        }
    }

    /// <summary>Link names are unique per container for ever, so that a late detach of one can never hit its successor.</summary>
    internal string NextLinkName(string entityPath) => $"{_name}:{entityPath}:{Interlocked.Increment(ref _lastLink)}";

    /// <summary>Makes sure of the broker's leave to use an entity.</summary>
    internal Task AdmitAsync(string entityPath, CancellationToken cancellationToken) => Gate.AdmitAsync(entityPath, cancellationToken);

    /// <summary>The way to ask an entity's management node.</summary>
    internal Task<RequestResponseLink> GetManagementAsync(string entityPath, CancellationToken cancellationToken) =>
        _management.GetOrAdd(entityPath, path => NewManagement(path))
            .GetAsync(cancellationToken);

    public async Task CloseAsync()
    {
        Dispose();
        if (!IsOpen)
            return;
        try
        {
            await Amqp.CloseAsync(CloseTimeout, null).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException or IOException)
        {
            // It is gone either way.
        }
    }

    public void Dispose() => Gate.Dispose();

    private void End()
    {
        Dispose();
        _closed.TrySetResult();
    }

    private Reopenable<RequestResponseLink> NewManagement(string entityPath)
    {
        var node = entityPath + EntityName.ManagementSuffix;
        return new Reopenable<RequestResponseLink>(OpenAsync, _options, node);

        async Task<RequestResponseLink> OpenAsync(CancellationToken cancellationToken)
        {
            await AdmitAsync(node, cancellationToken).ConfigureAwait(false);
            return await RequestResponseLink.OpenAsync(this, node, cancellationToken).ConfigureAwait(false);
        }
    }
}
