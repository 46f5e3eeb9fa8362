namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>Renews locks while a handler works, up to a limit. Disposed when the handler is done.</summary>
internal sealed class LockRenewal : IAsyncDisposable
{
    /// <summary>How long before its end a lock is renewed; half of what is left if that is sooner.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Never more often than this, whatever the clocks say of each other.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _done = new();
    private readonly TimeSpan _limit;
    private readonly TimeProvider _timeProvider;
    private readonly PumpFaults _faults;
    private readonly Task _loop;
    private long _since;

    private LockRenewal(
        IReadOnlyCollection<Renewable> locks,
        TimeSpan limit,
        TimeProvider timeProvider,
        PumpFaults faults,
        CancellationTokenSource? lost)
    {
        _limit = limit;
        _timeProvider = timeProvider;
        _faults = faults;
        _since = timeProvider.GetTimestamp();
        _loop = Task.WhenAll(locks.Select(one => RunAsync(one, lost, _done.Token)));
    }

    /// <summary>Renews the locks of messages that are not settled.</summary>
    internal static LockRenewal OfMessages(PumpDelivery delivery, TimeSpan limit, TimeProvider timeProvider, PumpFaults faults)
    {
        var locks = delivery.Messages
            .Where(message => message.LockTokenGuid != Guid.Empty)
            .Select(message => new Renewable(
                () => message.LockedUntil,
                () => message.IsSettled,
                token => delivery.Receiver.RenewMessageLockAsync(message, token)))
            .ToList();
        return new LockRenewal(locks, limit, timeProvider, faults, null);
    }

    /// <summary>Renews the lock of a session.</summary>
    /// <param name="receiver">The session's receiver.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="faults">Told when the lock is lost.</param>
    /// <param name="lost">Cancelled when the lock is lost.</param>
    internal static LockRenewal OfSession(
        ServiceBusSessionReceiver receiver,
        TimeSpan limit,
        TimeProvider timeProvider,
        PumpFaults faults,
        CancellationTokenSource lost)
    {
        var session = new Renewable(() => receiver.SessionLockedUntil, () => false, receiver.RenewSessionLockAsync);
        return new LockRenewal([session], limit, timeProvider, faults, lost);
    }

    /// <summary>Work goes on: the limit counts from here.</summary>
    internal void Restart() => Volatile.Write(ref _since, _timeProvider.GetTimestamp());

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _done.Dispose();
    }

    private async Task RunAsync(Renewable renewable, CancellationTokenSource? lost, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = renewable.LockedUntil() - _timeProvider.GetUtcNow();
            var pause = left - Margin > left / 2 ? left - Margin : left / 2;
            pause = pause > LeastPause ? pause : LeastPause;
            if (_timeProvider.GetElapsedTime(Volatile.Read(ref _since)) + pause > _limit)
                return;
            await Task.Delay(pause, _timeProvider, cancellationToken).ConfigureAwait(false);
            if (renewable.IsDone())
                return;
            try
            {
                await renewable.RenewAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                if (renewable.IsDone())
                    return;
                await _faults.ReportAsync(ServiceBusErrorSource.RenewLock, exception).ConfigureAwait(false);
                if (exception is ServiceBusException { IsTransient: true })
                    continue;
                if (lost is not null)
                    await lost.CancelAsync().ConfigureAwait(false);
                return;
            }
        }
    }

    private sealed record Renewable(Func<DateTimeOffset> LockedUntil, Func<bool> IsDone, Func<CancellationToken, Task> RenewAsync);
}
