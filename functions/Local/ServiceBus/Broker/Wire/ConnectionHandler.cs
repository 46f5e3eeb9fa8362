using System.Collections.Concurrent;
using Amqp;
using Amqp.Handler;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>What the library lets us do only through its events: delivery tags, a word before a link is detached, the number of connections.</summary>
internal sealed class ConnectionHandler(BrokerLimits limits) : IHandler
{
    private readonly ConcurrentDictionary<Link, Action> _beforeDetach = new();
    private int _connections;

    /// <summary>
    /// When the client detaches the link, <paramref name="finish"/> runs before the library does anything about it. It must leave the
    /// attach answered, for the library closes the whole connection over a detach that meets an answer not given or half given; and
    /// leave no one sending, for a message behind the answer to a detach makes the client's library close it.
    /// </summary>
    public void BeforeDetach(Link link, Action finish)
    {
        _beforeDetach[link] = finish;
        link.AddClosedCallback((_, _) => _beforeDetach.TryRemove(link, out var _));
    }

    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.LinkRemoteClose or EventId.ConnectionRemoteOpen;

    public void Handle(Event protocolEvent)
    {
        switch (protocolEvent.Id)
        {
            case EventId.SendDelivery when protocolEvent.Context is IDelivery { Message: OutgoingWireMessage message } delivery:
                delivery.Tag = message.LockToken.ToByteArray();
                break;
            case EventId.LinkRemoteClose when _beforeDetach.TryRemove(protocolEvent.Link, out var finish):
                finish();
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
