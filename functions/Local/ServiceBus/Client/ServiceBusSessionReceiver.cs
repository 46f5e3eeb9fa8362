using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Receives from one session, which is locked to it. When the link is lost, so is the lock: accept the session anew.</summary>
public class ServiceBusSessionReceiver : ServiceBusReceiver
{
    /// <summary>For tests that derive.</summary>
    protected ServiceBusSessionReceiver()
    {
    }

    internal ServiceBusSessionReceiver(ServiceBusClient client, ReceiverChannel channel)
        : base(client, channel)
    {
    }

    /// <summary>The session.</summary>
    public virtual string SessionId => Channel.Session.Id;

    /// <summary>When the session's lock ends, UTC, as last renewed.</summary>
    public virtual DateTimeOffset SessionLockedUntil => Channel.Session.LockedUntil;

    /// <summary>The state kept with the session; null when none was set.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        Channel.OpenManagement.GetSessionStateAsync(cancellationToken);

    /// <summary>Sets the state kept with the session; null removes it.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        Channel.OpenManagement.SetSessionStateAsync(sessionState, cancellationToken);

    /// <summary>Starts the session's lock anew; <see cref="SessionLockedUntil"/> tells until when.</summary>
    /// <exception cref="ServiceBusException">The lock is gone.</exception>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        Channel.OpenManagement.RenewSessionLockAsync(cancellationToken);
}
