using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>A receiving link: credit out, messages in, outcomes out, answers in.</summary>
internal sealed class InboundLink : IOpened
{
    /// <summary>How long closing waits for answers to outcomes that were stated.</summary>
    private static readonly TimeSpan AnswersTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<DeliveryState?>> _stated = new();
    private readonly Lock _creditLock = new();
    private readonly Lock _statedLock = new();
    private readonly OpenedLink<ReceiverLink> _opened;
    private readonly InboundQueue _queue;
    private readonly TimeProvider _timeProvider;
    private int _outstandingCredit;
    private bool _drained;
    private bool _closing;

    internal InboundLink(OpenedLink<ReceiverLink> opened, InboundQueue queue, TimeProvider timeProvider)
    {
        _opened = opened;
        _queue = queue;
        _timeProvider = timeProvider;
        opened.Connection.Answers.Add(opened.Link, this);
        _ = EndAsync();
        opened.Link.Start(0, OnMessage);
    }

    public bool IsOpen => _opened.IsOpen;

    /// <summary>False from when the link begins to close: outcomes are stated by management then.</summary>
    internal bool TakesOutcomes => IsOpen && !Volatile.Read(ref _closing);

    internal string Name => _opened.Link.Name;

    internal Attach Remote => _opened.Remote;

    internal Task<Error?> Closed => _opened.Closed;

    /// <summary>Messages the broker may send and has not.</summary>
    internal int OutstandingCredit => _outstandingCredit;

    /// <summary>Lets the broker send as many messages as are wanted now, counting those it may send already.</summary>
    internal void Grant()
    {
        lock (_creditLock)
        {
            var missing = _queue.Demand - _outstandingCredit;
            if (_drained || missing < _queue.LeastGrant)
                return;
            _outstandingCredit += missing;
            _opened.Link.SetCredit(missing, CreditMode.Manual);
        }
    }

    /// <summary>States an outcome and returns when the broker has stored it.</summary>
    /// <exception cref="ServiceBusException">The broker refused (the lock is gone), did not answer, or the link was lost.</exception>
    internal async Task SettleAsync(ServiceBusReceivedMessage message, DeliveryState outcome, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource<DeliveryState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_statedLock)
        {
            if (_closing)
                throw AmqpFaults.ConnectionLost(_opened.EntityPath, "The link is being closed.");
            if (!_stated.TryAdd(message.LockTokenGuid, answered))
                throw new InvalidOperationException("The message is being settled already.");
        }

        try
        {
            PeekLockSettlement.StateOutcome(_opened.Session, message.Delivery.Message, outcome);
            if (!IsOpen)
                throw AmqpFaults.ConnectionLost(_opened.EntityPath, "The link was lost.");
            var answer = await answered.Task.WaitAsync(timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            if (answer is Rejected { Error: { } error } && error.Condition?.ToString() != WireNames.DeadLetterCondition)
                throw AmqpFaults.ToException(error, _opened.EntityPath);
        }
        catch (Exception exception) when (AmqpFaults.ToException(exception, _opened.EntityPath) is var known && known != exception)
        {
            throw known;
        }
        finally
        {
            _stated.TryRemove(message.LockTokenGuid, out _);
        }
    }

    /// <summary>Asks the broker to use the credit it has at once or never. No more is granted from here on.</summary>
    internal void Drain()
    {
        lock (_creditLock)
        {
            _drained = true;
            if (_outstandingCredit > 0)
                _opened.Link.SetCredit(_outstandingCredit, CreditMode.Drain);
        }
    }

    /// <summary>
    /// Closes the link once the outcomes that were stated on it are answered: whoever lost the link before the answer would state the outcome
    /// again and hear that the lock is gone, although all is well.
    /// </summary>
    public async Task CloseAsync()
    {
        lock (_statedLock)
            _closing = true;
        await Task.WhenAll(_stated.Values.Select(answered => (Task)answered.Task)).WaitAsync(AnswersTimeout, _timeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _opened.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>The broker's answer to a stated outcome. Called on the connection's reading loop: it only hands over.</summary>
    internal void OnAnswer(IDelivery delivery)
    {
        if (delivery.Tag is { Length: 16 } tag && _stated.TryGetValue(new Guid(tag), out var answered))
            answered.TrySetResult(delivery.State);
    }

    private void OnMessage(IReceiverLink link, Message message)
    {
        lock (_creditLock)
            _outstandingCredit--;
        var lockToken = message.DeliveryTag is { Length: 16 } tag ? new Guid(tag) : Guid.Empty;
        _queue.Add(MessageDecoder.Decode(message, lockToken, new InboundDelivery(this, message)));
    }

    private async Task EndAsync()
    {
        var error = await _opened.Closed.ConfigureAwait(false);
        _opened.Connection.Answers.Remove(_opened.Link);
        foreach (var answered in _stated.Values)
            answered.TrySetException(AmqpFaults.ToException(error, _opened.EntityPath));
    }
}
