using System.Collections.Concurrent;
using Amqp;
using Amqp.Handler;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>What the library lets us do only through its events: delivery tags, attaches given up while they wait, the number of connections.</summary>
internal sealed class ConnectionHandler(BrokerLimits limits) : IHandler
{
    private readonly ConcurrentDictionary<Link, Action> _waitingAttaches = new();
    private int _connections;

    /// <summary>Until disposed, <paramref name="giveUp"/> runs when the client detaches the link.</summary>
    public void Waiting(Link link, Action giveUp) => _waitingAttaches[link] = giveUp;

    public void Answered(Link link) => _waitingAttaches.TryRemove(link, out _);

    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.LinkRemoteClose or EventId.ConnectionRemoteOpen;

    public void Handle(Event protocolEvent)
    {
        switch (protocolEvent.Id)
        {
            case EventId.SendDelivery when protocolEvent.Context is IDelivery { Message: OutgoingWireMessage message } delivery:
                delivery.Tag = message.LockToken.ToByteArray();
                break;
            // The library refuses a detach of a link whose attach it has not answered, and closes the connection over it.
            case EventId.LinkRemoteClose when _waitingAttaches.TryRemove(protocolEvent.Link, out var giveUp):
                giveUp();
                break;
            case EventId.ConnectionRemoteOpen:
                Count(protocolEvent.Connection);
                break;
        }
    }

    private void Count(Connection connection)
    {
        connection.AddClosedCallback((_, _) => Interlocked.Decrement(ref _connections));
        if (Interlocked.Increment(ref _connections) > limits.MaxConnections)
            connection.Close(TimeSpan.Zero, BrokerError.Quota("namespace", $"{limits.MaxConnections} connections").ToWire());
    }
}
