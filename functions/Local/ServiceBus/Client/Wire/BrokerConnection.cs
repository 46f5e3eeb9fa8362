namespace Marquee.Local.ServiceBus.Wire;

internal sealed class BrokerConnection(BrokerEndpoint endpoint, ITokenSource tokens, ServiceBusClientOptions options) : IAsyncDisposable
{
    internal BrokerEndpoint Endpoint => endpoint;
    internal ITokenSource Tokens => tokens;
    internal ServiceBusClientOptions Options => options;
    internal bool IsClosed { get; private set; }
    internal int Number { get; } = 1;

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }
}
