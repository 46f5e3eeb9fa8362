using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The client's way to the broker: one connection at a time, made when needed and remade when lost.</summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private static int _lastNumber;

    private readonly Reopenable<LiveConnection> _live;
    private int _connections;

    internal BrokerConnection(BrokerEndpoint endpoint, ITokenSource tokens, ServiceBusClientOptions options)
    {
        Endpoint = endpoint;
        Options = options;
        Retry = new RetryRunner(options.RetryOptions, options.TimeProvider);
        Number = Interlocked.Increment(ref _lastNumber);

        // The process id tells apart clients of processes that count from one alike.
        var name = $"marquee-{Environment.ProcessId}-{Number}";
        _live = new Reopenable<LiveConnection>(
            token => LiveConnection.OpenAsync($"{name}-{Interlocked.Increment(ref _connections)}", endpoint, tokens, options, token),
            options,
            string.Empty);
    }

    internal BrokerEndpoint Endpoint { get; }

    internal ServiceBusClientOptions Options { get; }

    internal TimeProvider TimeProvider => Options.TimeProvider;

    internal RetryRunner Retry { get; }

    /// <summary>The count of this client among those of the process.</summary>
    internal int Number { get; }

    /// <summary>Connections made so far: the first and one after each loss.</summary>
    internal int ConnectionsMade => _connections;

    internal bool IsClosed { get; private set; }

    internal Task<LiveConnection> GetAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsClosed, typeof(ServiceBusClient));
        return _live.GetAsync(cancellationToken);
    }

    /// <summary>Asks an entity's management node, trying again as the options say.</summary>
    /// <returns>The body of the answer; null when the node has nothing (204).</returns>
    internal Task<Map?> AskManagementAsync(
        string entityPath,
        string operation,
        Map body,
        string? associatedLink,
        CancellationToken cancellationToken) =>
        Retry.RunAsync(
            async (timeout, token) =>
            {
                var live = await GetAsync(token).ConfigureAwait(false);
                var management = await live.GetManagementAsync(entityPath, token).ConfigureAwait(false);
                var request = ManagementRequest.Make(operation, body, associatedLink, timeout);
                var reply = await management.AskAsync(request, timeout, TimeProvider, token).ConfigureAwait(false);
                return ManagementRequest.Read(reply, entityPath, ofSession: body.ContainsKey("session-id"));
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        IsClosed = true;
        await _live.CloseAsync().ConfigureAwait(false);
    }
}
