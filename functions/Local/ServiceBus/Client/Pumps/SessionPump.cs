namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>
/// Accepts sessions of a queue or subscription and calls a handler for each one's messages, in order, one call at a time per session;
/// outlives lost connections.
/// </summary>
internal sealed class SessionPump(
    ServiceBusClient client,
    string entityPath,
    SessionPumpOptions options,
    PumpHandler handler,
    Func<PumpError, Task> onError) : IAsyncDisposable
{
    /// <summary>The queue, or <see cref="Wire.EntityName.Subscription"/>.</summary>
    internal string EntityPath => entityPath;

    /// <summary>Starts accepting sessions.</summary>
    internal void Start() => throw new NotImplementedException($"{client}{options}{handler}{onError}");

    /// <summary>Accepts no more and waits for the handlers at work; when the token is cancelled, theirs is too.</summary>
    internal Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops without patience.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
