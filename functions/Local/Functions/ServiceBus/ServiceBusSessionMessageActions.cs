namespace Marquee.Local.Functions;

/// <summary>Lets a function use the session its messages belong to.</summary>
public class ServiceBusSessionMessageActions
{
    protected ServiceBusSessionMessageActions()
    {
    }

    /// <summary>Until when the session is ours; moves with each renewal.</summary>
    public virtual DateTimeOffset SessionLockedUntil { get; protected set; }

    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) => throw NotBound();

    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) => throw NotBound();

    /// <summary>Lets another receiver have the session once this invocation has ended.</summary>
    public virtual Task ReleaseSession(CancellationToken cancellationToken = default) => throw NotBound();

    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) => throw NotBound();

    private static InvalidOperationException NotBound() => new("These session actions are not bound to a session.");
}
