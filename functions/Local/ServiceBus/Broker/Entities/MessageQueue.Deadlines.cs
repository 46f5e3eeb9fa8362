using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>What time does to messages: locks end, schedules come due, lives run out.</summary>
internal sealed partial class MessageQueue
{
    private void OnTimer()
    {
        lock (_gate)
        {
            _timer.Rung();
            ProcessDue();
            Dispatch();
            ArmTimer();
        }
    }

    private void ArmTimer()
    {
        DateTimeOffset? earliest = null;
        foreach (var due in new[] { _expiries.Earliest, _lockExpiries.Earliest, _schedule.Earliest, _sessionExpiries.Earliest })
        {
            if (due is not null && (earliest is null || due < earliest))
                earliest = due;
        }

        _timer.Set(earliest);
    }

    private void ProcessDue()
    {
        var now = Now;
        while (_lockExpiries.TryTakeDue(now, out var sequence))
        {
            var message = _messages[sequence];
            Unlock(message);
            Failed(message);
        }

        while (_sessionExpiries.TryTakeDue(now, out var session))
            LoseSession(_sessions[session]);
        ActivateDue(now);
        while (_expiries.TryTakeDue(now, out var sequence))
        {
            if (_messages.TryGetValue(sequence, out var message))
                Expire(message);
        }
    }

    // A delivery ended without a decision: it counts.
    private void Failed(StoredMessage message)
    {
        message.DeliveryCount++;
        if (message.DeliveryCount >= _config.MaxDeliveryCount && _deadLetters is not null)
        {
            message.Status = MessageStatus.Settling;
            MoveToDeadLetters(message, DeliveryExceeded(), _ => { });
            return;
        }

        Writer.PostLazily(new UpdateMessage(message.Key, message.State, message.DeliveryCount));
        Place(message);
    }

    private void Expire(StoredMessage message)
    {
        Displace(message);
        message.Status = MessageStatus.Settling;
        if (_config.DeadLetteringOnMessageExpiration && _deadLetters is not null)
            MoveToDeadLetters(message, new Settlement.DeadLetter("TTLExpiredException", "The message expired and was dead lettered."), _ => { });
        else
            Remove(message, _ => { });
    }

    // A scheduled message enters as if it had been sent now: it gets a new sequence number at the end of the queue.
    private void ActivateDue(DateTimeOffset now)
    {
        var left = new List<StoredMessage>();
        while (_schedule.TryTakeDue(now, out var sequence))
        {
            var scheduled = _messages[sequence];
            scheduled.Status = MessageStatus.Settling;
            left.Add(scheduled);
        }

        if (left.Count == 0)
            return;
        if (_due is not null)
        {
            _due([.. left.Select(m => (m, ContentOf(m)))], () => Gone(left));
            return;
        }

        var operations = new List<StoreOperation>();
        var entered = new List<StoredMessage>();
        foreach (var scheduled in left)
        {
            var content = ContentOf(scheduled);
            var message = new StoredMessage(new MessageKey(_id, _nextSequence), content, content.Length)
            {
                EnqueuedSequence = _nextSequence,
                MessageId = scheduled.MessageId,
                SessionId = scheduled.SessionId,
                EnqueuedAt = now,
                ExpiresAt = Expiry(now, scheduled.TimeToLive),
                TimeToLive = scheduled.TimeToLive,
                ScheduledFor = scheduled.ScheduledFor,
                Status = MessageStatus.Arriving,
            };
            Index(message);
            entered.Add(message);
            operations.Add(new DeleteMessage(scheduled.Key));
            operations.Add(new InsertMessage(message, content));
        }

        Writer.Post(operations, error =>
        {
            Gone(left);
            Arrive(entered, error);
        });
    }
}
