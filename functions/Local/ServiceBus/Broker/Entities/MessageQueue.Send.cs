using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Taking messages in.</summary>
internal sealed partial class MessageQueue
{
    public void Send(IReadOnlyList<IncomingMessage> messages, Action<BrokerError?> done) =>
        Accept(messages, (_, error) => done(error));

    public void Schedule(IReadOnlyList<IncomingMessage> messages, Action<long[], BrokerError?> done) => Accept(messages, done);

    public void CancelScheduled(IReadOnlyList<long> sequences, Action<BrokerError?> done)
    {
        lock (_gate)
        {
            var found = sequences.Select(s => _messages.GetValueOrDefault(s)).ToList();
            if (found.All(m => m?.Status == MessageStatus.Scheduled))
            {
                foreach (var message in found)
                {
                    Displace(message!);
                    message!.Status = MessageStatus.Settling;
                }

                Writer.Post([.. found.Select(m => new DeleteMessage(m!.Key))], error =>
                {
                    lock (_gate)
                        found.ForEach(m => Unindex(m!));
                    done(BrokerError.From(error));
                });
                return;
            }
        }

        done(BrokerError.MessageNotFound);
    }

    /// <summary>Why these messages cannot be taken; null where they can.</summary>
    public BrokerError? Refusal(IReadOnlyList<IncomingMessage> messages)
    {
        lock (_gate)
        {
            if (_messages.Count + messages.Count > _context.Limits.MaxEntityMessages)
                return BrokerError.Quota(Name, $"{_context.Limits.MaxEntityMessages} messages");
            if (_contentBytes + messages.Sum(m => (long)m.Content.Length) > _context.Limits.MaxEntityBytes)
                return BrokerError.Quota(Name, $"{_context.Limits.MaxEntityBytes} bytes");
            return Writer.IsBusy ? BrokerError.Busy : null;
        }
    }

    /// <summary>
    /// Gives a message its sequence number and adds its row to <paramref name="operations"/>. The caller sees to it that
    /// reserving and posting are one step for this queue, so that messages are committed in sequence order.
    /// </summary>
    public StoredMessage Reserve(IncomingMessage incoming, List<StoreOperation> operations, long? enqueuedSequence = null)
    {
        lock (_gate)
        {
            var now = Now;
            // Where messages are only held, one that comes due meanwhile still has to go on from here.
            var scheduled = incoming.ScheduledFor > now || _due is not null;
            var ttl = Shorter(incoming.TimeToLive, _config.DefaultMessageTimeToLive);
            var message = new StoredMessage(new MessageKey(_id, _nextSequence), incoming.Content, incoming.Content.Length)
            {
                EnqueuedSequence = enqueuedSequence ?? _nextSequence,
                MessageId = incoming.MessageId,
                SessionId = incoming.SessionId,
                EnqueuedAt = now,
                ExpiresAt = Expiry(scheduled ? incoming.ScheduledFor!.Value : now, ttl),
                TimeToLive = ttl,
                ScheduledFor = incoming.ScheduledFor,
                State = scheduled ? MessageState.Scheduled : MessageState.Active,
                Status = MessageStatus.Arriving,
            };
            Index(message);
            operations.Add(new InsertMessage(message, incoming.Content));
            return message;
        }
    }

    /// <summary>Shows messages whose rows are committed, or forgets them.</summary>
    public void Arrive(IEnumerable<StoredMessage> messages, Exception? error)
    {
        lock (_gate)
        {
            foreach (var message in messages)
            {
                if (error is not null)
                {
                    Unindex(message);
                    continue;
                }

                if (!_context.Budget.TryHold(message.ContentLength))
                    message.Content = null;
                Place(message);
            }

            Dispatch();
            ArmTimer();
        }
    }

    private void Accept(IReadOnlyList<IncomingMessage> messages, Action<long[], BrokerError?> done)
    {
        BrokerError? refusal;
        lock (_gate)
        {
            refusal = Refusal(messages);
            if (refusal is null && _config.RequiresSession && messages.Any(m => m.SessionId is null))
                refusal = BrokerError.NotAllowed($"The entity '{Name}' requires sessions: the message needs a session id.");
            if (refusal is null)
            {
                var operations = new List<StoreOperation>(messages.Count);
                var added = new List<StoredMessage>(messages.Count);
                var sequences = new long[messages.Count];
                for (var i = 0; i < messages.Count; i++)
                {
                    if (_duplicates is not null && messages[i].MessageId is { } id && !_duplicates.TryRemember(id, Now, operations))
                        continue;
                    added.Add(Reserve(messages[i], operations));
                    sequences[i] = added[^1].Sequence;
                }

                Writer.Post(operations, error =>
                {
                    Arrive(added, error);
                    done(sequences, BrokerError.From(error));
                });
                return;
            }
        }

        done([], refusal);
    }

    private static TimeSpan? Shorter(TimeSpan? own, TimeSpan entity) => own is { } ttl && ttl < entity ? ttl : entity == TimeSpan.MaxValue ? own : entity;

    private static DateTimeOffset? Expiry(DateTimeOffset from, TimeSpan? ttl) => ttl is { } span && span < DateTimeOffset.MaxValue - from ? from + span : null;
}
