using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Messages;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>A link on which a client receives from a queue, a subscription, a session or a dead-letter queue.</summary>
internal sealed class ReceiverEndpoint : LinkEndpoint, IConsumer
{
    private static readonly Symbol DeadLetterCondition = "com.microsoft:dead-letter";

    private readonly Lock _gate = new();
    private readonly ListenerLink _link;
    private readonly MessageQueue _queue;
    private readonly Func<Guid> _newTag;
    private readonly int _maxUnsettled;
    private readonly LinkCredit _credit = new();
    private int _unsettled;
    private bool _draining;
    private bool _closed;

    public ReceiverEndpoint(ListenerLink link, MessageQueue queue, ConnectionState connection, bool takesForGood, EntityContext context)
    {
        _link = link;
        _queue = queue;
        Connection = connection;
        TakesForGood = takesForGood;
        _newTag = context.NewLockToken;
        _maxUnsettled = context.Limits.MaxUnsettledPerLink;
        // First, so that the library's own releasing of what is unsettled is not taken for the client's.
        link.AddClosedCallback((_, _) => OnClosed());
    }

    public ConnectionState Connection { get; }

    /// <summary>The session that the link has locked.</summary>
    public string? SessionId { get; set; }

    public bool TakesForGood { get; }

    public bool TryReserve()
    {
        lock (_gate)
            return !_closed && _unsettled < _maxUnsettled && _credit.TryReserve();
    }

    public void Unreserve()
    {
        lock (_gate)
            _credit.Unreserve();
        FinishDrain();
    }

    public bool Deliver(Delivery delivery)
    {
        try
        {
            lock (_gate)
            {
                if (_closed)
                    return false;
                _credit.Sent();
                _unsettled += TakesForGood ? 0 : 1;
            }

            _link.SendMessage(new OutgoingWireMessage(delivery.LockToken ?? _newTag()), MessageContent.Encode(delivery));
            FinishDrain();
            return true;
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or InvalidOperationException)
        {
            // The link or its connection is going; the message stays.
            lock (_gate)
                _closed = true;
            return false;
        }
    }

    /// <summary>The client detaches: once this returns, nothing is sent any more.</summary>
    public void Detaching()
    {
        lock (_gate)
            _closed = true;

        // Deliveries are made under the queue's lock: who has had it knows that none is under way.
        _queue.RemoveConsumer(this);
    }

    public void Close(BrokerError error) => _link.Close(TimeSpan.Zero, error.ToWire());

    public override void OnFlow(FlowContext flowContext)
    {
        lock (_gate)
        {
            _credit.Changed(flowContext.Messages);
            _draining = _link.IsDraining;
        }

        _queue.Pull();
        FinishDrain();
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        if (_closed || dispositionContext.Message is not OutgoingWireMessage message)
            return;
        if (TakesForGood)
        {
            _link.DisposeMessage(message, new Accepted(), true);
            return;
        }

        _queue.Settle(message.LockToken, SettlementOf(dispositionContext.DeliveryState), error =>
        {
            lock (_gate)
                _unsettled--;
            // Success is always "accepted": an echo of "rejected" would read as a failure.
            _link.DisposeMessage(message, error is null ? new Accepted() : new Rejected { Error = error.ToWire() }, true);
            message.Dispose();
            _queue.Pull();
        });
    }

    private static Settlement SettlementOf(DeliveryState? state) => state switch
    {
        Accepted => new Settlement.Complete(),
        Modified { UndeliverableHere: true } modified => new Settlement.Defer(Properties(modified.MessageAnnotations)),
        Modified modified => new Settlement.Abandon(Properties(modified.MessageAnnotations)),
        Rejected { Error: { } error } when error.Condition is not null && error.Condition.Equals(DeadLetterCondition) => DeadLetter(error.Info),
        Rejected { Error: { } error } => new Settlement.DeadLetter(error.Condition, error.Description),
        Rejected => new Settlement.DeadLetter(null, null),
        _ => new Settlement.Release(),
    };

    private static Settlement.DeadLetter DeadLetter(Fields? info)
    {
        var properties = new Dictionary<string, object?>(Properties(info) ?? new Dictionary<string, object?>());
        properties.Remove(MessageQueue.ReasonProperty, out var reason);
        properties.Remove(MessageQueue.DescriptionProperty, out var description);
        return new Settlement.DeadLetter(reason as string, description as string, properties);
    }

    private static Dictionary<string, object?>? Properties(Fields? fields) =>
        fields?.ToDictionary(f => f.Key.ToString()!, f => (object?)f.Value, StringComparer.Ordinal);

    private void FinishDrain()
    {
        lock (_gate)
        {
            if (!_draining || _closed || _credit.HasReserved)
                return;
            _draining = false;
            _credit.Reset();
        }

        try
        {
            // An echo with drain and no credit: clients take the drain as done from it.
            _link.SetCredit(0, drain: true, autoRestore: false);
        }
        catch (AmqpException)
        {
            // The link is closing; there is nothing left to drain.
        }
    }

    private void OnClosed()
    {
        lock (_gate)
            _closed = true;
        if (SessionId is { } session)
            _queue.ReleaseSession(session, this);
        else
            _queue.RemoveConsumer(this);
    }
}
