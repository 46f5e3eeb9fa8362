using Amqp;
using Amqp.Listener;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>The listener's container, with messages left encoded and every attach given to one link processor.</summary>
internal sealed class BrokerContainer : ContainerHost, IContainer
{
    public BrokerContainer(Address address, ILinkProcessor links, ConnectionHandler handler)
        : base(address)
    {
        // Not null: the library would look for an address on coordinators, which have none.
        AddressResolver = (_, _) => "";
        RegisterLinkProcessor(links);
        var listener = Listeners[0];
        listener.HandlerFactory = _ => handler;
        listener.AMQP.IdleTimeout = 120_000;
        listener.TCP.NoDelay = true;
        SaslMechanisms.Enable(listener.SASL);
    }

    Message IContainer.CreateMessage(ByteBuffer buffer) => new IncomingWireMessage(buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray());
}
