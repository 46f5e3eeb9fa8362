namespace Marquee.Local.ServiceBus;

/// <summary>The transport under AMQP. The stand-in speaks TCP; web sockets are refused when the client is made.</summary>
public enum ServiceBusTransportType
{
    /// <summary>AMQP over TCP.</summary>
    AmqpTcp = 0,

    /// <summary>AMQP over web sockets: not served on one machine.</summary>
    AmqpWebSockets = 1,
}
