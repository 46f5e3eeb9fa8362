using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>A message from a client, not decoded: most of it is stored as it came.</summary>
internal sealed class IncomingWireMessage(byte[] encoded) : Message
{
    public byte[] Encoded { get; } = encoded;

    public Message DecodeAll() => Decode(new ByteBuffer(Encoded, 0, Encoded.Length, Encoded.Length));
}

/// <summary>A message on its way to a receiver. The delivery tag is the lock token, as in the service.</summary>
internal sealed class OutgoingWireMessage(Guid deliveryTag) : Message
{
    public Guid LockToken { get; } = deliveryTag;
}

/// <summary>Conditions and descriptions as the protocol writes them.</summary>
internal static class WireErrors
{
    public static Error ToWire(this BrokerError error) => new(new Symbol(error.Condition)) { Description = error.Description };

    public static AmqpException ToException(this BrokerError error) => new(error.ToWire());

    /// <summary>The HTTP-like status of a management answer.</summary>
    public static int Status(this BrokerError error) => error.Condition switch
    {
        "com.microsoft:message-lock-lost" or "com.microsoft:session-lock-lost" => 410,
        "com.microsoft:message-not-found" or "amqp:not-found" => 404,
        "com.microsoft:argument-error" => 400,
        "amqp:unauthorized-access" => 401,
        "com.microsoft:timeout" => 408,
        "com.microsoft:session-cannot-be-locked" => 409,
        "amqp:resource-limit-exceeded" or "amqp:not-allowed" => 403,
        "amqp:not-implemented" => 501,
        "com.microsoft:server-busy" => 503,
        _ => 500,
    };
}
