namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>
/// Accepts sessions of a queue or subscription and calls a handler for each one's messages, in order, one call at a time per session;
/// outlives lost connections.
/// </summary>
internal sealed class SessionPump : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _patienceEnded = new();
    private readonly ServiceBusClient _client;
    private readonly SessionPumpOptions _options;
    private readonly ServiceBusReceiverOptions _receiverOptions;
    private readonly PumpHandler _handler;
    private readonly PumpFaults _faults;
    private readonly TimeProvider _timeProvider;
    private Task _loops = Task.CompletedTask;
    private bool _disposed;

    /// <param name="client">Makes the receivers.</param>
    /// <param name="entityPath">The queue, or <see cref="Wire.EntityName.Subscription"/>.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="handler">Called with the messages.</param>
    /// <param name="onError">Told of failures. The pump goes on.</param>
    internal SessionPump(
        ServiceBusClient client,
        string entityPath,
        SessionPumpOptions options,
        PumpHandler handler,
        Func<PumpError, Task> onError)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentSessions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxMessageBatchSize, 1);
        EntityPath = entityPath;
        _client = client;
        _options = options;
        _handler = handler;
        _timeProvider = client.Broker.TimeProvider;
        _faults = new PumpFaults(entityPath, onError, _timeProvider);
        _receiverOptions = new ServiceBusReceiverOptions { PrefetchCount = options.PrefetchCount, ReceiveMode = options.ReceiveMode };
    }

    internal string EntityPath { get; }

    /// <summary>Starts accepting sessions.</summary>
    internal void Start() => _loops = Task.WhenAll(
        Enumerable.Range(0, _options.MaxConcurrentSessions).Select(_ => Task.Run(AcceptAllAsync, CancellationToken.None)));

    /// <summary>Accepts no more and waits for the handlers at work; when the token is cancelled, theirs is too.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _loops.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _patienceEnded.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops without patience: handlers at work are told to end, and waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _patienceEnded.CancelAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(false);
        _stopping.Dispose();
        _patienceEnded.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        for (var failures = 0; !_stopping.IsCancellationRequested;)
        {
            try
            {
                var receiver = await _client.AcceptNextSessionAsync(EntityPath, _receiverOptions, null, _stopping.Token).ConfigureAwait(false);
                failures = 0;
                await ServeAsync(receiver).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The loop's condition ends it.
            }
            catch (ServiceBusException exception) when (exception.Reason == ServiceBusFailureReason.ServiceTimeout)
            {
                // No session has messages: the usual state of a quiet entity.
            }
            catch (Exception exception)
            {
                await _faults.ReportAsync(ServiceBusErrorSource.AcceptSession, exception).ConfigureAwait(false);
                await ((Task)_faults.PauseAsync(++failures, _stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(ServiceBusSessionReceiver receiver)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(_patienceEnded.Token);
        try
        {
            var renewal = LockRenewal.OfSession(receiver, _options.MaxAutoLockRenewalDuration, _timeProvider, _faults, lost);
            await using var renewing = renewal.ConfigureAwait(false);
            while (!_stopping.IsCancellationRequested && !lost.IsCancellationRequested)
            {
                var messages = await receiver.Channel.ReceiveAsync(
                    _options.MaxMessageBatchSize,
                    _options.SessionIdleTimeout,
                    _stopping.Token,
                    linger: false).ConfigureAwait(false);
                if (messages.Count == 0)
                    return;
                renewal.Restart();
                var delivery = new PumpDelivery(receiver, messages);
                await PumpCall.RunAsync(delivery, _handler, _faults, lost.Token).ConfigureAwait(false);
                // What was delivered behind a message given back would overtake it: the session is accepted anew, from its first message.
                if (delivery.ReleaseSession || messages.Any(message => message.IsGivenBack))
                    return;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while no handler was at work.
        }
        catch (Exception exception)
        {
            await _faults.ReportAsync(ServiceBusErrorSource.Receive, exception).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(receiver).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(ServiceBusSessionReceiver receiver)
    {
        try
        {
            await receiver.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await _faults.ReportAsync(ServiceBusErrorSource.CloseSession, exception).ConfigureAwait(false);
        }
    }
}
