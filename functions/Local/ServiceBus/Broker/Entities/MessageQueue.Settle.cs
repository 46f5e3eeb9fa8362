using Marquee.Local.ServiceBus.Broker.Messages;
using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Receivers' decisions about the messages they hold locked.</summary>
internal sealed partial class MessageQueue
{
    public const string ReasonProperty = "DeadLetterReason";
    public const string DescriptionProperty = "DeadLetterErrorDescription";

    /// <summary>Settles a locked message; <paramref name="done"/> is called once that is on the disk, or with lock-lost.</summary>
    public void Settle(Guid lockToken, Settlement settlement, Action<BrokerError?> done)
    {
        lock (_gate)
        {
            ProcessDue();
            if (_locks.TryGetValue(lockToken, out var message))
            {
                Unlock(message);
                Apply(message, settlement, done);
                ArmTimer();
                return;
            }
        }

        // In a session it is the session's lock that holds its messages.
        done(_config.RequiresSession ? BrokerError.SessionLockLost : BrokerError.MessageLockLost);
    }

    /// <summary>Extends message locks: the new ends, or the refusal where any of the locks is lost.</summary>
    public (IReadOnlyList<DateTimeOffset> LockedUntil, BrokerError? Error) Renew(IReadOnlyList<Guid> lockTokens)
    {
        lock (_gate)
        {
            ProcessDue();
            var messages = lockTokens.Select(t => _locks.GetValueOrDefault(t)).ToList();
            if (messages.Contains(null))
                return ([], BrokerError.MessageLockLost);
            foreach (var message in messages)
            {
                // A lock inside a session lasts as long as the session's.
                if (_config.RequiresSession && _sessions.TryGetValue(message!.SessionId ?? "", out var session) && session.Held.Contains(message))
                    continue;
                _lockExpiries.Remove(message!.LockedUntil, message.Sequence);
                message.LockedUntil = Now + _config.LockDuration;
                _lockExpiries.Add(message.LockedUntil, message.Sequence);
            }

            ArmTimer();
            return ([.. messages.Select(m => m!.LockedUntil)], null);
        }
    }

    private void Apply(StoredMessage message, Settlement settlement, Action<BrokerError?> done)
    {
        message.Status = MessageStatus.Settling;
        switch (settlement)
        {
            case Settlement.Complete:
                Remove(message, done);
                break;
            case Settlement.Release:
                PutBack(message, null, done);
                break;
            case Settlement.Abandon abandon when ++message.DeliveryCount >= _config.MaxDeliveryCount && _deadLetters is not null:
                MoveToDeadLetters(message, DeliveryExceeded() with { Properties = abandon.Properties }, done);
                break;
            case Settlement.Abandon abandon:
                PutBack(message, abandon.Properties, done);
                break;
            case Settlement.Defer defer:
                message.State = MessageState.Deferred;
                PutBack(message, defer.Properties, done);
                break;
            case Settlement.DeadLetter when _deadLetters is null:
                PutBack(message, null, _ => done(BrokerError.NotAllowed("A message in a dead-letter queue cannot be dead-lettered.")));
                break;
            case Settlement.DeadLetter deadLetter:
                MoveToDeadLetters(message, deadLetter, done);
                break;
            default:
                throw new InvalidOperationException($"No way to settle with {settlement.GetType().Name}.");
        }
    }

    private void Remove(StoredMessage message, Action<BrokerError?> done) =>
        Writer.Post([new DeleteMessage(message.Key)], error =>
        {
            Gone([message]);
            done(BrokerError.From(error));
        });

    private void PutBack(StoredMessage message, IReadOnlyDictionary<string, object?>? properties, Action<BrokerError?> done)
    {
        var content = properties is { Count: > 0 } ? MessageContent.WithApplicationProperties(ContentOf(message), properties) : null;
        Writer.Post([new UpdateMessage(message.Key, message.State, message.DeliveryCount, content)], error =>
        {
            lock (_gate)
            {
                if (content is not null)
                    Replace(message, content);
                Place(message);
                ProcessDue();
                Dispatch();
                ArmTimer();
            }

            done(BrokerError.From(error));
        });
    }

    private void Replace(StoredMessage message, byte[] content)
    {
        if (message.Content is not null)
            _context.Budget.Release(message.ContentLength);
        _contentBytes += content.Length - message.ContentLength;
        message.ContentLength = content.Length;
        message.Content = _context.Budget.TryHold(content.Length) ? content : null;
    }

    private void MoveToDeadLetters(StoredMessage message, Settlement.DeadLetter cause, Action<BrokerError?> done)
    {
        var properties = new Dictionary<string, object?>(cause.Properties ?? new Dictionary<string, object?>());
        if (cause.Reason is not null)
            properties[ReasonProperty] = cause.Reason;
        if (cause.Description is not null)
            properties[DescriptionProperty] = cause.Description;
        var content = ContentOf(message);
        if (properties.Count > 0)
            content = MessageContent.WithApplicationProperties(content, properties);

        var operations = new List<StoreOperation> { new DeleteMessage(message.Key) };
        var moved = _deadLetters!.ReserveMoved(message, content, Name, operations);
        Writer.Post(operations, error =>
        {
            Gone([message]);
            _deadLetters.Arrive([moved], error);
            done(BrokerError.From(error));
        });
    }

    // In a dead-letter queue a message has no time to live and keeps its delivery count and enqueued time.
    private StoredMessage ReserveMoved(StoredMessage source, byte[] content, string from, List<StoreOperation> operations)
    {
        lock (_gate)
        {
            var message = new StoredMessage(new MessageKey(_id, _nextSequence), content, content.Length)
            {
                EnqueuedSequence = source.EnqueuedSequence,
                MessageId = source.MessageId,
                SessionId = source.SessionId,
                EnqueuedAt = source.EnqueuedAt,
                TimeToLive = source.TimeToLive,
                DeliveryCount = source.DeliveryCount,
                DeadLetterSource = from,
                Status = MessageStatus.Arriving,
            };
            Index(message);
            operations.Add(new InsertMessage(message, content));
            return message;
        }
    }

    private Settlement.DeadLetter DeliveryExceeded() =>
        new("MaxDeliveryCountExceeded", $"Message could not be consumed after {_config.MaxDeliveryCount} delivery attempts.");
}
