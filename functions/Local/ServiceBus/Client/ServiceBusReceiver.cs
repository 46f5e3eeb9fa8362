using System.Runtime.CompilerServices;
using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>
/// Receives from one queue, subscription or dead-letter queue. Safe for concurrent use. Under peek-lock each message is to be settled
/// with the receiver that got it; a settlement that returns has been stored by the broker.
/// </summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    private readonly ReceiverChannel _channel;

    /// <summary>For tests that derive.</summary>
    protected ServiceBusReceiver()
    {
    }

    internal ServiceBusReceiver(ServiceBusClient client, ReceiverChannel channel)
    {
        _channel = channel;
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
    }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>The queue, or <c>topic/Subscriptions/name</c>, with its sub-queue.</summary>
    public virtual string EntityPath => _channel.EntityPath;

    /// <summary>How messages are taken.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode => _channel.ReceiveMode;

    /// <summary>Messages kept ready on the client.</summary>
    public virtual int PrefetchCount => _channel.PrefetchCount;

    /// <summary>The name of this receiver in logs.</summary>
    public virtual string Identifier => _channel.Identifier;

    /// <summary>Whether the receiver was closed.</summary>
    public virtual bool IsClosed => _channel.IsClosed;

    internal ReceiverChannel Channel => _channel;

    /// <summary>Receives one message, or null when none came within <paramref name="maxWaitTime"/> (default: the try time-out).</summary>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default,
        CancellationToken cancellationToken = default)
    {
        var messages = await _channel.ReceiveAsync(1, maxWaitTime, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    /// <summary>
    /// Receives at least one and at most <paramref name="maxMessages"/> messages, or none when none came within
    /// <paramref name="maxWaitTime"/> (default: the try time-out).
    /// </summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages,
        TimeSpan? maxWaitTime = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        return _channel.ReceiveAsync(maxMessages, maxWaitTime, cancellationToken);
    }

    /// <summary>Looks at the next message without a lock, from the last one peeked or from a sequence number; null when there is none.</summary>
    public virtual async Task<ServiceBusReceivedMessage> PeekMessageAsync(
        long? fromSequenceNumber = default,
        CancellationToken cancellationToken = default)
    {
        var messages = await _channel.OpenManagement.PeekAsync(1, fromSequenceNumber, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    /// <summary>Looks at messages without locks, from the last one peeked or from a sequence number.</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages,
        long? fromSequenceNumber = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        return _channel.OpenManagement.PeekAsync(maxMessages, fromSequenceNumber, cancellationToken);
    }

    /// <summary>The message is done with: the broker forgets it.</summary>
    /// <exception cref="ServiceBusException">The lock is gone: the message will be or was delivered again.</exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(message, Settlement.Complete, cancellationToken);

    /// <summary>Gives the message back: it is delivered again, up to the entity's delivery limit.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(message, Settlement.Abandon(propertiesToModify), cancellationToken);

    /// <summary>Sets the message aside: from then on it is received by sequence number only.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(message, Settlement.Defer(propertiesToModify), cancellationToken);

    /// <summary>Moves the message to the dead-letter queue.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(message, Settlement.DeadLetter(null, null, propertiesToModify), cancellationToken);

    /// <summary>Moves the message to the dead-letter queue, saying why.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify,
        string deadLetterReason,
        string deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(
            message,
            Settlement.DeadLetter(deadLetterReason, deadLetterErrorDescription, propertiesToModify),
            cancellationToken);

    /// <summary>Moves the message to the dead-letter queue, saying why.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        _channel.SettleAsync(message, Settlement.DeadLetter(deadLetterReason, deadLetterErrorDescription, null), cancellationToken);

    /// <summary>Starts the lock anew; <see cref="ServiceBusReceivedMessage.LockedUntil"/> tells until when.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        _channel.OpenManagement.RenewLockAsync(message, cancellationToken);

    /// <summary>Closes the link. Messages received and not settled stay locked until their locks expire.</summary>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default) => _channel.CloseAsync(cancellationToken);

    /// <summary>Closes the link.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Receives messages that were set aside, by their sequence numbers.</summary>
    internal Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredMessagesAsync(
        IEnumerable<long> sequenceNumbers,
        CancellationToken cancellationToken = default) =>
        _channel.OpenManagement.ReceiveDeferredAsync([.. sequenceNumbers], cancellationToken);

    /// <summary>Receives for ever, one message at a time.</summary>
    internal async IAsyncEnumerable<ServiceBusReceivedMessage> ReceiveMessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var message = await ReceiveMessageAsync(null, cancellationToken).ConfigureAwait(false);
            if (message is not null)
                yield return message;
        }
    }
}
