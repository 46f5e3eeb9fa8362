namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>
/// Receives from a queue or subscription and calls a handler, several at once; outlives lost connections. The trigger host's engine.
/// </summary>
internal sealed class MessagePump(
    ServiceBusClient client,
    string entityPath,
    MessagePumpOptions options,
    PumpHandler handler,
    Func<PumpError, Task> onError) : IAsyncDisposable
{
    /// <summary>The queue, or <see cref="Wire.EntityName.Subscription"/>.</summary>
    internal string EntityPath => entityPath;

    /// <summary>Starts receiving. An entity that cannot be reached is reported to the error handler and tried again.</summary>
    internal void Start() => throw new NotImplementedException($"{client}{options}{handler}{onError}");

    /// <summary>Receives no more and waits for the handlers at work; when the token is cancelled, theirs is too.</summary>
    internal Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops without patience.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
