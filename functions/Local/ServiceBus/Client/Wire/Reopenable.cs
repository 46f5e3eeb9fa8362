namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Something on the wire that may be lost.</summary>
internal interface IOpened
{
    /// <summary>Whether it can still be used.</summary>
    bool IsOpen { get; }

    /// <summary>Closes it, quietly.</summary>
    Task CloseAsync();
}

/// <summary>
/// Opens a thing when it is first needed and again when it was lost. Callers that come while it opens wait for the same opening;
/// one that gives up does not end it for the others. Each opening has the options' try time-out.
/// </summary>
internal sealed class Reopenable<T>(Func<CancellationToken, Task<T>> open, ServiceBusClientOptions options, string entityPath)
    where T : class, IOpened
{
    private readonly Lock _lock = new();
    private Task<T>? _opening;

    /// <summary>The open thing; null while there is none.</summary>
    internal T? Current
    {
        get
        {
            var opening = _opening;
            return opening is { IsCompletedSuccessfully: true } && opening.Result.IsOpen ? opening.Result : null;
        }
    }

    internal Task<T> GetAsync(CancellationToken cancellationToken)
    {
        Task<T> opening;
        lock (_lock)
        {
            if (_opening is null || _opening.IsFaulted || _opening.IsCanceled || (_opening.IsCompletedSuccessfully && !_opening.Result.IsOpen))
                _opening = Task.Run(OpenAsync, CancellationToken.None);
            opening = _opening;
        }

        return opening.IsCompletedSuccessfully ? opening : opening.WaitAsync(cancellationToken);
    }

    /// <summary>Takes the open thing away, so that the next caller opens another; null if none is open or opening.</summary>
    internal async Task<T?> TakeAsync()
    {
        Task<T>? opening;
        lock (_lock)
        {
            opening = _opening;
            _opening = null;
        }

        if (opening is null)
            return null;
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return opening.IsCompletedSuccessfully ? opening.Result : null;
    }

    /// <summary>Closes what is open or opening.</summary>
    internal async Task CloseAsync()
    {
        if (await TakeAsync().ConfigureAwait(false) is { } opened)
            await opened.CloseAsync().ConfigureAwait(false);
    }

    private async Task<T> OpenAsync()
    {
        using var deadline = new CancellationTokenSource(options.RetryOptions.TryTimeout, options.TimeProvider);
        try
        {
            return await open(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new ServiceBusException("The broker did not answer in time.", ServiceBusFailureReason.ServiceTimeout, entityPath, exception);
        }
    }
}
