namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>
/// Receives from a queue or subscription and calls a handler, several at once; outlives lost connections. The trigger host's engine.
/// </summary>
internal sealed class MessagePump : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _patienceEnded = new();
    private readonly HashSet<Task> _calls = [];
    private readonly Lock _callsLock = new();
    private readonly SemaphoreSlim _slots;
    private readonly ServiceBusReceiver _receiver;
    private readonly MessagePumpOptions _options;
    private readonly PumpHandler _handler;
    private readonly PumpFaults _faults;
    private readonly TimeProvider _timeProvider;
    private Task _loop = Task.CompletedTask;
    private bool _disposed;

    /// <param name="client">Makes the receiver.</param>
    /// <param name="entityPath">The queue, or <see cref="Wire.EntityName.Subscription"/>.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="handler">Called with the messages.</param>
    /// <param name="onError">Told of failures. The pump goes on.</param>
    internal MessagePump(
        ServiceBusClient client,
        string entityPath,
        MessagePumpOptions options,
        PumpHandler handler,
        Func<PumpError, Task> onError)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrentCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxMessageBatchSize, 1);
        EntityPath = entityPath;
        _options = options;
        _handler = handler;
        _timeProvider = client.Broker.TimeProvider;
        _faults = new PumpFaults(entityPath, onError, _timeProvider);
        _slots = new SemaphoreSlim(options.MaxConcurrentCalls, options.MaxConcurrentCalls);
        _receiver = client.CreateReceiver(entityPath, new ServiceBusReceiverOptions
        {
            PrefetchCount = options.PrefetchCount,
            ReceiveMode = options.ReceiveMode,
            SubQueue = options.SubQueue,
        });
    }

    internal string EntityPath { get; }

    /// <summary>Starts receiving. An entity that cannot be reached is reported to the error handler and tried again.</summary>
    internal void Start() => _loop = Task.Run(ReceiveAllAsync, CancellationToken.None);

    /// <summary>Receives no more and waits for the handlers at work; when the token is cancelled, theirs is too.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _loop.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(CallsAtWork()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _patienceEnded.CancelAsync().ConfigureAwait(false);
        }

        await CloseReceiverAsync().ConfigureAwait(false);
    }

    /// <summary>Stops without patience: handlers at work are told to end, and waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _patienceEnded.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await Task.WhenAll(CallsAtWork()).ConfigureAwait(false);
        await CloseReceiverAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _patienceEnded.Dispose();
        _slots.Dispose();
    }

    private Task[] CallsAtWork()
    {
        lock (_callsLock)
            return [.. _calls];
    }

    private async Task ReceiveAllAsync()
    {
        for (var failures = 0; !_stopping.IsCancellationRequested;)
        {
            var slots = 0;
            try
            {
                await _slots.WaitAsync(_stopping.Token).ConfigureAwait(false);
                slots = 1;
                var single = _options.MaxMessageBatchSize == 1;
                if (single)
                    slots += TakeFreeSlots();
                var messages = await _receiver.Channel.ReceiveAsync(
                    single ? slots : _options.MaxMessageBatchSize,
                    null,
                    _stopping.Token,
                    linger: false).ConfigureAwait(false);
                failures = 0;
                IEnumerable<IReadOnlyList<ServiceBusReceivedMessage>> calls = single
                    ? messages.Select(message => new[] { message })
                    : messages.Count > 0 ? [messages] : [];
                foreach (var call in calls)
                {
                    slots--;
                    StartCall(new PumpDelivery(_receiver, call));
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The loop's condition ends it.
            }
            catch (Exception exception)
            {
                await _faults.ReportAsync(ServiceBusErrorSource.Receive, exception).ConfigureAwait(false);
                await ((Task)_faults.PauseAsync(++failures, _stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                if (slots > 0)
                    _slots.Release(slots);
            }
        }
    }

    private int TakeFreeSlots()
    {
        var taken = 0;
        while (_slots.Wait(0, CancellationToken.None))
            taken++;
        return taken;
    }

    private void StartCall(PumpDelivery delivery)
    {
        var call = new Task<Task>(() => CallAsync(delivery));
        var whole = call.Unwrap();
        lock (_callsLock)
            _calls.Add(whole);
        whole.ContinueWith(
            done =>
            {
                lock (_callsLock)
                    _calls.Remove(done);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        call.Start(TaskScheduler.Default);
    }

    private async Task CallAsync(PumpDelivery delivery)
    {
        try
        {
            await using var renewal = LockRenewal
                .OfMessages(delivery, _options.MaxAutoLockRenewalDuration, _timeProvider, _faults)
                .ConfigureAwait(false);
            await PumpCall.RunAsync(delivery, _handler, _faults, _patienceEnded.Token).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task CloseReceiverAsync() =>
        await _receiver.CloseAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
