using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Storage;

/// <summary>One change to the file. Operations of a batch are committed together or not at all.</summary>
internal abstract record StoreOperation;

/// <summary>Adds a message; its entity's next sequence number moves past it.</summary>
internal sealed record InsertMessage(StoredMessage Message, byte[] Content) : StoreOperation;

/// <summary>Changes what may change of a message. <paramref name="Content"/> is null where the content stays.</summary>
internal sealed record UpdateMessage(MessageKey Key, MessageState State, int DeliveryCount, byte[]? Content = null) : StoreOperation;

internal sealed record DeleteMessage(MessageKey Key) : StoreOperation;

/// <summary>Keeps a session's state; null forgets it.</summary>
internal sealed record SaveSessionState(int EntityId, string SessionId, byte[]? State) : StoreOperation;

internal sealed record RememberMessageId(int EntityId, string MessageId, DateTimeOffset SeenAt) : StoreOperation;

/// <summary>Forgets the ids seen before <paramref name="Horizon"/>.</summary>
internal sealed record ForgetMessageIds(int EntityId, DateTimeOffset Horizon) : StoreOperation;

/// <summary>Moves an entity's next sequence number where no message of its own does (a topic only passes messages on).</summary>
internal sealed record AdvanceSequence(int EntityId, long Next) : StoreOperation;
