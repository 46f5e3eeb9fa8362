using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Giving messages to receivers.</summary>
internal sealed partial class MessageQueue
{
    public void AddConsumer(IConsumer consumer)
    {
        lock (_gate)
            _consumers.Add(consumer);
    }

    /// <summary>Forgets a receiver. What it holds locked stays locked until the lock runs out, as in the service.</summary>
    public void RemoveConsumer(IConsumer consumer)
    {
        lock (_gate)
            _consumers.Remove(consumer);
    }

    /// <summary>A receiver got credit.</summary>
    public void Pull()
    {
        lock (_gate)
        {
            ProcessDue();
            Dispatch();
            ArmTimer();
        }
    }

    /// <summary>Deferred messages by sequence number, locked or (<paramref name="takeForGood"/>) removed: all of them or none.</summary>
    public void ReceiveDeferred(IReadOnlyList<long> sequences, bool takeForGood, string? sessionId, Action<IReadOnlyList<Delivery>, BrokerError?> done)
    {
        lock (_gate)
        {
            ProcessDue();
            var found = sequences.Select(s => _messages.GetValueOrDefault(s)).ToList();
            if (found.All(m => m?.Status == MessageStatus.Deferred && (sessionId is null || m.SessionId == sessionId)))
            {
                var deliveries = found.Select(m => takeForGood ? Take(m!) : LockFor(m!)).ToList();
                ArmTimer();
                if (takeForGood)
                    Writer.Post([.. found.Select(m => new DeleteMessage(m!.Key))], error =>
                    {
                        Gone(found!);
                        done(deliveries, BrokerError.From(error));
                    });
                else
                    done(deliveries, null);
                return;
            }
        }

        done([], BrokerError.MessageNotFound);
    }

    /// <summary>Messages from a sequence number on, whatever they are doing, without locking them.</summary>
    public IReadOnlyList<Delivery> Peek(long fromSequence, int most, string? sessionId)
    {
        lock (_gate)
        {
            var now = Now;
            return [.. _order.GetViewBetween(fromSequence, long.MaxValue)
                .Select(s => _messages[s])
                .Where(m => m.Status is not (MessageStatus.Arriving or MessageStatus.Settling)
                    && (m.Status == MessageStatus.Locked || !(m.ExpiresAt <= now))
                    && (sessionId is null || m.SessionId == sessionId))
                .Take(Math.Min(most, _context.Limits.MaxBrowseMessages))
                .Select(m => new Delivery(m, ContentOf(m), null, null, m.DeliveryCount))];
        }
    }

    // Gives what is available to whom has credit. Called under the lock.
    private void Dispatch()
    {
        if (_config.RequiresSession)
        {
            DispatchSessions();
            return;
        }

        while (_available.Count > 0 && NextConsumer() is { } consumer)
        {
            if (!DeliverNext(_available, consumer))
                _consumers.Remove(consumer);
        }
    }

    // Round robin over the receivers that have credit.
    private IConsumer? NextConsumer()
    {
        for (var tried = 0; tried < _consumers.Count; tried++)
        {
            var consumer = _consumers[++_nextConsumer % _consumers.Count];
            if (consumer.TryReserve())
                return consumer;
        }

        return null;
    }

    // The consumer has one credit reserved. False where its link is gone.
    private bool DeliverNext(SortedSet<long> available, IConsumer consumer)
    {
        var message = _messages[available.Min];
        if (message.ExpiresAt <= Now)
        {
            consumer.Unreserve();
            Expire(message);
            return true;
        }

        if (consumer.TakesForGood)
        {
            var taken = Take(message);
            Writer.Post([new DeleteMessage(message.Key)], error =>
            {
                Gone([message]);
                if (error is not null)
                    return;
                lock (_gate)
                    consumer.Deliver(taken);
            });
            return true;
        }

        var delivery = LockFor(message);
        if (consumer.Deliver(delivery))
        {
            // A crash may forget this; then the next delivery says that it is the first.
            Writer.PostLazily(new UpdateMessage(message.Key, message.State, message.DeliveryCount + 1));
            return true;
        }

        Unlock(message);
        Place(message);
        return false;
    }

    private Delivery Take(StoredMessage message)
    {
        Displace(message);
        message.Status = MessageStatus.Settling;
        return new Delivery(message, ContentOf(message), null, null, message.DeliveryCount);
    }

    private Delivery LockFor(StoredMessage message)
    {
        Displace(message);
        message.Status = MessageStatus.Locked;
        message.LockToken = _context.NewLockToken();
        _locks.Add(message.LockToken, message);
        if (HoldInSession(message) is { } session)
        {
            message.LockedUntil = session.LockedUntil;
        }
        else
        {
            message.LockedUntil = Now + _config.LockDuration;
            _lockExpiries.Add(message.LockedUntil, message.Sequence);
        }

        return new Delivery(message, ContentOf(message), message.LockToken, message.LockedUntil, message.DeliveryCount);
    }

    private void Unlock(StoredMessage message)
    {
        _locks.Remove(message.LockToken);
        _lockExpiries.Remove(message.LockedUntil, message.Sequence);
        if (message.SessionId is { } session && _sessions.TryGetValue(session, out var entry))
            entry.Held.Remove(message);
    }

    private void Gone(IEnumerable<StoredMessage> messages)
    {
        lock (_gate)
        {
            foreach (var message in messages)
            {
                Unindex(message);
                ForgetIfIdle(message.SessionId);
            }
        }
    }
}
