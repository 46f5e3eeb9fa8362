namespace Marquee.Simulation.Bus;

/// <summary>A message as the broker keeps it.</summary>
internal sealed class BusMessage(ServiceBusMessage sent, long number, DateTimeOffset at)
{
    private readonly byte[] _body = sent.Body.ToArray();
    private readonly Dictionary<string, object> _properties = new(sent.ApplicationProperties);

    public string MessageId => sent.MessageId;

    public string SessionId => sent.SessionId;

    public long Number => number;

    public int Deliveries { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public Guid Lock { get; set; }

    public string? DeadLetterReason { get; set; }

    public IReadOnlyDictionary<string, object> Properties => _properties;

    public ServiceBusReceivedMessage Deliver() => ServiceBusModelFactory.ServiceBusReceivedMessage(
        body: BinaryData.FromBytes(_body),
        messageId: MessageId,
        sessionId: SessionId,
        properties: _properties,
        lockTokenGuid: Lock,
        deliveryCount: Deliveries,
        lockedUntil: LockedUntil,
        sequenceNumber: number,
        enqueuedTime: at);
}
