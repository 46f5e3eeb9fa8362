using Marquee.Local.ServiceBus;

namespace Marquee.Local.Functions;

/// <summary>Settles through the receiver that has the locks, and remembers what is settled.</summary>
internal sealed class ReceiverMessageActions(ServiceBusReceiver receiver) : ServiceBusMessageActions
{
    private readonly HashSet<string> _settled = [];

    public bool IsSettled(ServiceBusReceivedMessage message)
    {
        lock (_settled)
            return _settled.Contains(message.LockToken);
    }

    public override async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        await receiver.CompleteMessageAsync(message, cancellationToken);
        Settled(message);
    }

    public override async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default)
    {
        await receiver.AbandonMessageAsync(message, propertiesToModify!, cancellationToken);
        Settled(message);
    }

    public override async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null,
        string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default)
    {
        await receiver.DeadLetterMessageAsync(
            message, propertiesToModify!, deadLetterReason!, deadLetterErrorDescription!, cancellationToken);
        Settled(message);
    }

    public override async Task DeferMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default)
    {
        await receiver.DeferMessageAsync(message, propertiesToModify!, cancellationToken);
        Settled(message);
    }

    public override Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        receiver.RenewMessageLockAsync(message, cancellationToken);

    private void Settled(ServiceBusReceivedMessage message)
    {
        lock (_settled)
            _settled.Add(message.LockToken);
    }
}
