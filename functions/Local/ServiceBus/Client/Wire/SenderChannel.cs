using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The sending link of one entity, opened when needed and again when lost.</summary>
internal sealed class SenderChannel
{
    /// <summary>What an entity takes when the broker does not say: the standard tier's 256 KiB.</summary>
    private const long DefaultMaxMessageSizeBytes = 256 * 1024;

    private readonly BrokerConnection _broker;
    private readonly string _entityPath;
    private readonly Reopenable<OpenedLink<SenderLink>> _link;
    private bool _closed;

    internal SenderChannel(BrokerConnection broker, string entityPath)
    {
        _broker = broker;
        _entityPath = entityPath;
        _link = new Reopenable<OpenedLink<SenderLink>>(OpenAsync, broker.Options, entityPath);
    }

    internal bool IsClosed => _closed || _broker.IsClosed;

    internal TimeProvider TimeProvider => _broker.TimeProvider;

    /// <summary>Returns once the broker has stored the message.</summary>
    internal Task SendAsync(EncodedMessage message, CancellationToken cancellationToken) =>
        _broker.Retry.RunAsync(
            async (timeout, token) =>
            {
                var opened = await GetLinkAsync(token).ConfigureAwait(false);
                CheckSize(message, MaxMessageSize(opened));
                await SendOnceAsync(opened, message.Message, timeout, token).ConfigureAwait(false);
            },
            cancellationToken);

    internal Task<long> GetMaxMessageSizeAsync(CancellationToken cancellationToken) =>
        _broker.Retry.RunAsync(
            async (_, token) => MaxMessageSize(await GetLinkAsync(token).ConfigureAwait(false)),
            cancellationToken);

    internal async Task<IReadOnlyList<long>> ScheduleAsync(IReadOnlyList<EncodedMessage> messages, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var entries = new List();
        foreach (var message in messages)
            entries.Add(ScheduleEntry(message));
        var answer = await _broker.AskManagementAsync(
            _entityPath,
            "schedule-message",
            new Map { ["messages"] = entries },
            null,
            cancellationToken).ConfigureAwait(false);
        return answer?["sequence-numbers"] is long[] numbers && numbers.Length == messages.Count
            ? numbers
            : throw new ServiceBusException(isTransient: false, "The broker did not answer with sequence numbers.", _entityPath);
    }

    internal Task CancelScheduledAsync(long[] sequenceNumbers, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _broker.AskManagementAsync(
            _entityPath,
            "cancel-scheduled-message",
            new Map { ["sequence-numbers"] = sequenceNumbers },
            null,
            cancellationToken);
    }

    internal Task CloseAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        return _link.CloseAsync().WaitAsync(cancellationToken);
    }

    private static long MaxMessageSize(OpenedLink<SenderLink> opened) =>
        opened.Remote.MaxMessageSize is > 0 and < long.MaxValue and var limit ? (long)limit : DefaultMaxMessageSizeBytes;

    private static Map ScheduleEntry(EncodedMessage message)
    {
        var properties = message.Message.Properties;
        var entry = new Map { ["message"] = message.ToArray() };
        if (properties.GetMessageId() is { } messageId)
            entry["message-id"] = messageId;
        if (properties.GroupId is { } sessionId)
            entry["session-id"] = sessionId;
        if (message.Message.MessageAnnotations?[new Symbol(WireNames.PartitionKey)] is { } partitionKey)
            entry["partition-key"] = partitionKey;
        return entry;
    }

    private Task<OpenedLink<SenderLink>> GetLinkAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _link.GetAsync(cancellationToken);
    }

    private async Task<OpenedLink<SenderLink>> OpenAsync(CancellationToken cancellationToken)
    {
        var live = await _broker.GetAsync(cancellationToken).ConfigureAwait(false);
        await live.AdmitAsync(_entityPath, cancellationToken).ConfigureAwait(false);
        return await OpenedLink<SenderLink>.AttachAsync(
            live,
            _entityPath,
            (session, onAttached) =>
                new SenderLink(session, live.NextLinkName(_entityPath), new Target { Address = _entityPath }, onAttached),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checked here because a broker answers an oversized message by closing the link, with every other send that is on it.</summary>
    private void CheckSize(EncodedMessage message, long limit)
    {
        if (message.EstimatedSizeInBytes > limit / 2 && message.SizeInBytes > limit)
            throw new ServiceBusException(
                $"The message has {message.SizeInBytes} bytes; the entity takes {limit}.",
                ServiceBusFailureReason.MessageSizeExceeded,
                _entityPath);
    }

    private async Task SendOnceAsync(OpenedLink<SenderLink> opened, Message message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource<Outcome?>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            opened.Link.Send(
                message,
                null,
                static (_, _, outcome, state) => ((TaskCompletionSource<Outcome?>)state).TrySetResult(outcome),
                stored);

            // A send begun while the link ends may be told of neither: the link's own end is what counts.
            await Task.WhenAny(stored.Task, opened.Closed).WaitAsync(timeout, TimeProvider, cancellationToken).ConfigureAwait(false);
            if (!stored.Task.IsCompleted)
                throw AmqpFaults.ConnectionLost(_entityPath, "The link was lost.");
            var answer = await stored.Task.ConfigureAwait(false);
            switch (answer)
            {
                case Accepted:
                    return;
                case Rejected rejected:
                    throw AmqpFaults.ToException(rejected.Error, _entityPath);
                default:
                    // Released is also how the library reports a send whose link went away under it.
                    throw AmqpFaults.ConnectionLost(_entityPath, "The broker did not take the message.");
            }
        }
        catch (TimeoutException exception)
        {
            // A link that does not answer is not trusted again.
            await opened.CloseAsync().ConfigureAwait(false);
            throw AmqpFaults.ToException(exception, _entityPath);
        }
        catch (Exception exception) when (AmqpFaults.ToException(exception, _entityPath) is var known && known != exception)
        {
            throw known;
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, typeof(ServiceBusSender));
}
