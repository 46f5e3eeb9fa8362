namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>A refusal, with the condition that goes on the wire and words for a person.</summary>
internal sealed record BrokerError(string Condition, string Description)
{
    public static BrokerError MessageLockLost { get; } = new("com.microsoft:message-lock-lost",
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.");

    public static BrokerError SessionLockLost { get; } = new("com.microsoft:session-lock-lost",
        "The session lock has expired or was released; accept the session again.");

    public static BrokerError MessageNotFound { get; } = new("com.microsoft:message-not-found", "No message has that sequence number in the state asked for.");

    public static BrokerError Busy { get; } = new("com.microsoft:server-busy", "The broker has too many writes waiting; try again.");

    public static BrokerError AcceptTimeout { get; } = new("com.microsoft:timeout", "No session with messages became free in time.");

    public static BrokerError SessionLocked(string id) => new("com.microsoft:session-cannot-be-locked", $"The requested session '{id}' cannot be accepted. It may be locked by another receiver.");

    public static BrokerError NotFound(string what) => new("amqp:not-found", $"The messaging entity '{what}' could not be found.");

    public static BrokerError NotAllowed(string why) => new("amqp:not-allowed", why);

    public static BrokerError Invalid(string why) => new("com.microsoft:argument-error", why);

    public static BrokerError NotImplemented(string what) => new("amqp:not-implemented", what);

    public static BrokerError Unauthorized(string why) => new("amqp:unauthorized-access", why);

    public static BrokerError Disabled(string what) => new("com.microsoft:entity-disabled", $"The messaging entity '{what}' is disabled.");

    public static BrokerError TooLarge(long bytes, long limit) => new("amqp:link:message-size-exceeded", $"The message of {bytes} bytes is over the limit of {limit} bytes.");

    public static BrokerError Quota(string entity, string limit) => new("amqp:resource-limit-exceeded", $"The entity '{entity}' is full: {limit}.");

    public static BrokerError Internal(Exception e) => new("amqp:internal-error", e.Message);

    public static BrokerError? From(Exception? e) => e is null ? null : Internal(e);
}
