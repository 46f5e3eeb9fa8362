namespace Marquee.Local.ServiceBus.Wire;

internal sealed class ReceiverChannel(BrokerConnection broker, string entityPath, string identifier, ServiceBusReceiveMode mode, int prefetchCount, SessionHold? session)
{
    internal string EntityPath => entityPath;
    internal string Identifier => identifier;
    internal ServiceBusReceiveMode ReceiveMode => mode;
    internal int PrefetchCount => prefetchCount;
    internal SessionHold Session => session!;
    internal TimeProvider TimeProvider => broker.Options.TimeProvider;
    internal bool IsClosed { get; private set; }
    internal Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, TimeSpan? wait, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(int max, long? from, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredAsync(long[] sequenceNumbers, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task SettleAsync(ServiceBusReceivedMessage message, Settlement settlement, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task RenewLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task AcceptSessionAsync(TimeSpan? wait, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task SetSessionStateAsync(BinaryData? state, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task RenewSessionLockAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task CloseAsync(CancellationToken cancellationToken)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }
}
