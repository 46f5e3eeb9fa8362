using Marquee.Local.ServiceBus;

namespace Marquee.Local.Functions;

/// <summary>Uses the session of the receiver that holds it.</summary>
internal sealed class ReceiverSessionActions(ServiceBusSessionReceiver receiver) : ServiceBusSessionMessageActions
{
    public override DateTimeOffset SessionLockedUntil
    {
        get => receiver.SessionLockedUntil;
        protected set => throw new NotSupportedException("The broker says how long the session is locked.");
    }

    /// <summary>The function asked to give the session back after this invocation.</summary>
    public bool ReleaseRequested { get; private set; }

    public override Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        receiver.GetSessionStateAsync(cancellationToken);

    public override Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        receiver.SetSessionStateAsync(sessionState, cancellationToken);

    public override Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        ReleaseRequested = true;
        return Task.CompletedTask;
    }

    public override Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        receiver.RenewSessionLockAsync(cancellationToken);
}
