using Amqp.Framing;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>
/// Receiving from one entity: a link opened when needed and again when lost (a session's is not: with the link goes the lock), credit
/// as callers come and go, and settlement on the link that brought a message or, when that is gone, through the management node.
/// </summary>
internal sealed class ReceiverChannel
{
    /// <summary>How long a batch waits for more once it has a message, as the official client does.</summary>
    private static readonly TimeSpan BatchLinger = TimeSpan.FromMilliseconds(20);

    /// <summary>How long credit that no one waits on is left with the broker: a loop of short receives need not attach anew each time.</summary>
    private static readonly TimeSpan RecallAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the broker has to take back a message that no one was given, before its lock is left to expire.</summary>
    private static readonly TimeSpan GiveBackTimeout = TimeSpan.FromSeconds(5);

    private readonly BrokerConnection _broker;
    private readonly InboundQueue _queue;
    private readonly Reopenable<InboundLink> _link;
    private readonly ITimer _recall;
    private InboundLink? _sessionLink;
    private bool _closed;

    internal ReceiverChannel(
        BrokerConnection broker,
        string entityPath,
        string identifier,
        ServiceBusReceiveMode receiveMode,
        int prefetchCount,
        SessionHold? session)
    {
        _broker = broker;
        EntityPath = entityPath;
        Identifier = identifier;
        ReceiveMode = receiveMode;
        PrefetchCount = prefetchCount;
        SessionHold = session;
        _queue = new InboundQueue(prefetchCount);
        _link = new Reopenable<InboundLink>(
            token => InboundLinkOpener.OpenAsync(broker, entityPath, receiveMode, _queue, token),
            broker.Options,
            entityPath);
        _recall = broker.TimeProvider.CreateTimer(_ => _ = RecallAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Management = new ReceiverManagement(this, broker);
    }

    internal string EntityPath { get; }

    internal string Identifier { get; }

    internal ServiceBusReceiveMode ReceiveMode { get; }

    internal int PrefetchCount { get; }

    /// <summary>The session, on a session receiver.</summary>
    internal SessionHold? SessionHold { get; }

    internal SessionHold Session => SessionHold ?? throw new InvalidOperationException("Not a session receiver.");

    /// <summary>What goes through the management node; refused once the receiver is closed.</summary>
    internal ReceiverManagement OpenManagement
    {
        get
        {
            ThrowIfClosed();
            return Management;
        }
    }

    private ReceiverManagement Management { get; }

    internal bool IsClosed => _closed || _broker.IsClosed;

    /// <summary>The name of the link at the broker, while there is one.</summary>
    internal string? LinkName => CurrentLink?.Name;

    private InboundLink? CurrentLink => SessionHold is null ? _link.Current : _sessionLink is { IsOpen: true } session ? session : null;

    /// <summary>Credit belongs to whoever waits; what no one waits for is called back, unless it is harmless where it is.</summary>
    private bool RecallsCredit => PrefetchCount == 0 && SessionHold is null && ReceiveMode == ServiceBusReceiveMode.PeekLock;

    /// <param name="maxMessages">At most so many.</param>
    /// <param name="maxWaitTime">How long to wait for the first; null for the try time-out.</param>
    /// <param name="cancellationToken">Ends the wait. A message that arrives for a caller that left goes to the next, or back.</param>
    /// <param name="linger">Whether to wait a moment for more once there is one.</param>
    internal async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(
        int maxMessages,
        TimeSpan? maxWaitTime,
        CancellationToken cancellationToken,
        bool linger = true)
    {
        ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        if (SessionHold is not null && CurrentLink is null)
            throw SessionLost();
        var wait = maxWaitTime ?? _broker.Options.RetryOptions.TryTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(maxWaitTime));

        var waiter = _queue.Enter(maxMessages);
        if (waiter.Wanted == 0)
        {
            CurrentLink?.Grant();
            return waiter.Taken;
        }

        using var deadline = new CancellationTokenSource(wait, _broker.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await WaitForFirstAsync(waiter, either.Token).ConfigureAwait(false);
            if (linger && waiter.Wanted > 0)
                await waiter.Full.WaitAsync(BatchLinger, _broker.TimeProvider, either.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Told apart below, when it is certain that no message came meanwhile.
        }
        finally
        {
            _queue.Leave(waiter);
            if (PrefetchCount > 0)
                CurrentLink?.Grant();
            else if (RecallsCredit && _link.Current is { OutstandingCredit: > 0 } && !_queue.HasWaiters)
                _recall.Change(RecallAfter, Timeout.InfiniteTimeSpan);
        }

        if (waiter.Taken.Count == 0)
            cancellationToken.ThrowIfCancellationRequested();
        return waiter.Taken;
    }

    internal async Task SettleAsync(ServiceBusReceivedMessage message, Settlement settlement, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        ArgumentNullException.ThrowIfNull(message);
        if (ReceiveMode != ServiceBusReceiveMode.PeekLock)
            throw new InvalidOperationException("A message taken with receive-and-delete has no lock to settle.");
        if (message.IsSettled)
            throw new ServiceBusException("The message was settled already.", ServiceBusFailureReason.MessageLockLost, EntityPath);

        await _broker.Retry.RunAsync(
            async (timeout, token) =>
            {
                if (message.Delivery is { Link: { TakesOutcomes: true } link })
                    await link.SettleAsync(message, settlement.Outcome, timeout, token).ConfigureAwait(false);
                else if (message.Delivery is not null && SessionHold is not null)
                    throw SessionLost();
                else
                    await Management.SettleAsync(message, settlement, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        message.IsSettled = true;
        message.IsGivenBack = settlement.GivesBack;
    }

    /// <summary>Locks the session and opens its link. To be called once, before anything else.</summary>
    internal Task AcceptSessionAsync(TimeSpan? maxWaitTime, CancellationToken cancellationToken) =>
        _broker.Retry.RunAsync(
            async (timeout, token) =>
            {
                try
                {
                    var wait = maxWaitTime ?? timeout;
                    _sessionLink = await InboundLinkOpener.OpenSessionAsync(_broker, EntityPath, ReceiveMode, _queue, Session, wait, token)
                        .ConfigureAwait(false);
                }
                catch (ServiceBusException exception) when (exception.Reason == ServiceBusFailureReason.ServiceTimeout)
                {
                    // No session in time is an answer, not a failure that another try would mend.
                    const string None = "No session with messages became free in time.";
                    throw new ServiceBusException(isTransient: false, None, EntityPath, ServiceBusFailureReason.ServiceTimeout, exception);
                }
            },
            cancellationToken);

    /// <summary>Gives back what was not handed out, and closes the link.</summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_closed)
            return;
        _closed = true;
        await _recall.DisposeAsync().ConfigureAwait(false);
        var link = _sessionLink ?? await _link.TakeAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (link is null)
            return;
        await RetireAsync(link).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitForFirstAsync(InboundQueue.Waiter waiter, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            for (var failures = 0; !waiter.First.IsCompleted;)
            {
                var pause = TimeSpan.Zero;
                try
                {
                    var link = await GetLinkAsync(cancellationToken).ConfigureAwait(false);
                    (failure, failures) = (null, 0);
                    link.Grant();
                    await Task.WhenAny(waiter.First, link.Closed).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (ServiceBusException exception)
                {
                    failure = exception;
                    if (_broker.Retry.Policy.CalculateRetryDelay(exception, ++failures) is not { } delay)
                        throw;
                    pause = delay;
                }

                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, _broker.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            // The time ran out while the broker could not be reached: that is no empty queue.
            throw failure;
        }
    }

    private async Task<InboundLink> GetLinkAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        if (SessionHold is not null)
            return _sessionLink is { IsOpen: true } session ? session : throw SessionLost();
        var link = await _link.GetAsync(cancellationToken).ConfigureAwait(false);

        // What an earlier link brought and no one took is as good as gone: its locks ended with it, or soon will.
        if (ReceiveMode == ServiceBusReceiveMode.PeekLock)
            _queue.RemoveReady(message => message.Delivery.Link != link);
        return link;
    }

    /// <summary>Calls back the credit that no one waits on.</summary>
    private async Task RecallAsync()
    {
        if (_queue.HasWaiters || _closed || _link.Current is not { OutstandingCredit: > 0 })
            return;
        if (await _link.TakeAsync().ConfigureAwait(false) is { } link)
            await RetireAsync(link).ConfigureAwait(false);
    }

    /// <summary>Closes a link so that no message stays locked that no one was given. Never throws.</summary>
    private async Task RetireAsync(InboundLink link)
    {
        // A session's messages go back with its lock, all at once and in order; given back one by one they might not.
        // Taken for good, there is nothing to give back.
        if (SessionHold is not null || ReceiveMode != ServiceBusReceiveMode.PeekLock)
        {
            await link.CloseAsync().ConfigureAwait(false);
            return;
        }

        // Without the drain the broker would send what is given back to this very link again.
        link.Drain();
        while (_queue.RemoveReady(message => message.Delivery.Link == link) is { Count: > 0 } unwanted)
            await Task.WhenAll(unwanted.Select(message => link.SettleAsync(message, new Released(), GiveBackTimeout, CancellationToken.None)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await link.CloseAsync().ConfigureAwait(false);

        // These crossed the detach on the wire. The broker still holds their locks, so it is told by another way.
        foreach (var message in _queue.RemoveReady(message => message.Delivery.Link == link))
            await ((Task)Management.SettleAsync(message, Settlement.Abandon(null), CancellationToken.None))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ServiceBusException SessionLost() =>
        new("The link that held the session is gone, and its lock with it.", ServiceBusFailureReason.SessionLockLost, EntityPath);

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, typeof(ServiceBusReceiver));
}
