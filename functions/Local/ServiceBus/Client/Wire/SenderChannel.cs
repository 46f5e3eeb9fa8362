namespace Marquee.Local.ServiceBus.Wire;

internal sealed class SenderChannel(BrokerConnection broker, string entityPath, string identifier)
{
    internal bool IsClosed { get; private set; }
    internal TimeProvider TimeProvider => broker.Options.TimeProvider;
    internal Task SendAsync(EncodedMessage message, CancellationToken cancellationToken) => throw new NotImplementedException(entityPath + identifier);
    internal Task<long> GetMaxMessageSizeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task<IReadOnlyList<long>> ScheduleAsync(IReadOnlyList<EncodedMessage> messages, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task CancelScheduledAsync(long[] sequenceNumbers, CancellationToken cancellationToken) => throw new NotImplementedException();
    internal Task CloseAsync(CancellationToken cancellationToken)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }
}
