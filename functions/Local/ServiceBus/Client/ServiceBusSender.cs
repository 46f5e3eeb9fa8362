using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>
/// Sends to one queue or topic. Safe for concurrent use; keep one and reuse it. A send that returns has been stored by the broker.
/// A send repeated after a lost acknowledgement may store the message twice: set <see cref="ServiceBusMessage.MessageId"/> and turn
/// duplicate detection on where that matters.
/// </summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly SenderChannel _channel;

    /// <summary>For tests that derive.</summary>
    protected ServiceBusSender()
    {
    }

    /// <summary>For derived senders.</summary>
    protected ServiceBusSender(ServiceBusClient client, string queueOrTopicName)
        : this(client, queueOrTopicName, default(string))
    {
    }

    /// <summary>For derived senders.</summary>
    protected ServiceBusSender(ServiceBusClient client, string queueOrTopicName, ServiceBusSenderOptions options)
        : this(client, queueOrTopicName, options?.Identifier)
    {
    }

    internal ServiceBusSender(ServiceBusClient client, string queueOrTopicName, string identifier)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(queueOrTopicName);
        EntityPath = queueOrTopicName;
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
        Identifier = identifier ?? client.NextIdentifier(queueOrTopicName);
        _channel = new SenderChannel(client.Broker, queueOrTopicName);
    }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>The queue or topic.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The name of this sender in logs.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the sender was closed.</summary>
    public virtual bool IsClosed => _channel.IsClosed;

    /// <summary>Sends one message.</summary>
    /// <exception cref="ServiceBusException">The broker could not be reached, or refused the message.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _channel.SendAsync(MessageEncoder.Encode(message, _channel.TimeProvider), cancellationToken);
    }

    /// <summary>Sends messages as one batch: all are stored or none.</summary>
    /// <exception cref="ServiceBusException">The broker could not be reached, or the batch is too large.</exception>
    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var encoded = messages.Select(message => MessageEncoder.Encode(message, _channel.TimeProvider)).ToList();
        return encoded.Count switch
        {
            0 => Task.CompletedTask,
            1 => _channel.SendAsync(encoded[0], cancellationToken),
            _ => _channel.SendAsync(MessageEncoder.Batch(encoded), cancellationToken),
        };
    }

    /// <summary>Sends a batch: all of it is stored or none.</summary>
    /// <exception cref="ServiceBusException">The broker could not be reached, or refused the batch.</exception>
    public virtual Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messageBatch);
        return messageBatch.Count == 0 ? Task.CompletedTask : _channel.SendAsync(messageBatch.ToAmqp(), cancellationToken);
    }

    /// <summary>Starts a batch as large as the entity takes.</summary>
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default) =>
        CreateMessageBatchAsync(null, cancellationToken);

    /// <summary>Starts a batch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options ask for more than the entity takes.</exception>
    public virtual async ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CreateMessageBatchOptions options,
        CancellationToken cancellationToken = default)
    {
        var limit = await _channel.GetMaxMessageSizeAsync(cancellationToken).ConfigureAwait(false);
        var asked = options?.MaxSizeInBytes ?? limit;
        return asked <= limit
            ? new ServiceBusMessageBatch(asked, _channel.TimeProvider)
            : throw new ArgumentOutOfRangeException(nameof(options), asked, $"The entity takes {limit} bytes.");
    }

    /// <summary>Stores a message that becomes available at a time, UTC. Returns its sequence number, by which it can be cancelled.</summary>
    public virtual async Task<long> ScheduleMessageAsync(
        ServiceBusMessage message,
        DateTimeOffset scheduledEnqueueTime,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var numbers = await ScheduleMessagesAsync([message], scheduledEnqueueTime, cancellationToken).ConfigureAwait(false);
        return numbers[0];
    }

    /// <summary>Stores messages that become available at a time, UTC. Returns their sequence numbers, in order.</summary>
    public virtual Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages,
        DateTimeOffset scheduledEnqueueTime,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var encoded = messages.Select(message => MessageEncoder.Encode(message, _channel.TimeProvider, scheduledEnqueueTime)).ToList();
        return encoded.Count == 0
            ? Task.FromResult<IReadOnlyList<long>>([])
            : _channel.ScheduleAsync(encoded, cancellationToken);
    }

    /// <summary>Takes a scheduled message back before it is due.</summary>
    /// <exception cref="ServiceBusException">No such message: <see cref="ServiceBusFailureReason.MessageNotFound"/>.</exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    /// <summary>Takes scheduled messages back before they are due.</summary>
    /// <exception cref="ServiceBusException">One is not there: <see cref="ServiceBusFailureReason.MessageNotFound"/>.</exception>
    public virtual Task CancelScheduledMessagesAsync(IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequenceNumbers);
        var numbers = sequenceNumbers.ToArray();
        return numbers.Length == 0 ? Task.CompletedTask : _channel.CancelScheduledAsync(numbers, cancellationToken);
    }

    /// <summary>Closes the link. Sends in flight may or may not have been stored.</summary>
    public virtual async Task CloseAsync(CancellationToken cancellationToken = default) =>
        await _channel.CloseAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the link.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
