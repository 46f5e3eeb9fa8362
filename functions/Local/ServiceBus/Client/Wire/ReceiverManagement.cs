using Amqp;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>What a receiver asks of its entity's management node: all that does not travel on its link.</summary>
internal sealed class ReceiverManagement(ReceiverChannel channel, BrokerConnection broker)
{
    private const uint SettleFirst = 0;
    private const uint SettleSecond = 1;

    private long _lastPeeked;

    internal async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        int maxMessages,
        long? fromSequenceNumber,
        CancellationToken cancellationToken)
    {
        var body = WithSession(new Map
        {
            ["from-sequence-number"] = fromSequenceNumber ?? Interlocked.Read(ref _lastPeeked) + 1,
            ["message-count"] = maxMessages,
        });
        var answer = await AskAsync("peek-message", body, cancellationToken).ConfigureAwait(false);
        var messages = Entries(answer).Select(entry => Decode(entry, peeked: true)).ToList();
        if (messages.Count > 0)
            Interlocked.Exchange(ref _lastPeeked, messages[^1].SequenceNumber);
        return messages;
    }

    internal async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredAsync(
        long[] sequenceNumbers,
        CancellationToken cancellationToken)
    {
        if (sequenceNumbers.Length == 0)
            return [];
        var body = WithSession(new Map
        {
            ["sequence-numbers"] = sequenceNumbers,
            ["receiver-settle-mode"] = channel.ReceiveMode == ServiceBusReceiveMode.PeekLock ? SettleSecond : SettleFirst,
        });
        var answer = await AskAsync("receive-by-sequence-number", body, cancellationToken).ConfigureAwait(false);
        return [.. Entries(answer).Select(entry => Decode(entry, peeked: false))];
    }

    internal Task SettleAsync(ServiceBusReceivedMessage message, Settlement settlement, CancellationToken cancellationToken)
    {
        var body = WithSession(new Map
        {
            ["disposition-status"] = settlement.Status,
            ["lock-tokens"] = new[] { message.LockTokenGuid },
        });
        if (settlement.DeadLetterReason is not null)
            body["deadletter-reason"] = settlement.DeadLetterReason;
        if (settlement.DeadLetterErrorDescription is not null)
            body["deadletter-description"] = settlement.DeadLetterErrorDescription;
        if (settlement.Properties is not null)
            body["properties-to-modify"] = settlement.Properties;
        return AskAsync("update-disposition", body, cancellationToken);
    }

    internal async Task RenewLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (channel.SessionHold is not null)
            throw new InvalidOperationException("In a session it is the session's lock that is renewed.");
        if (message.LockTokenGuid == Guid.Empty)
            throw new InvalidOperationException("The message has no lock.");
        var body = new Map { ["lock-tokens"] = new[] { message.LockTokenGuid } };
        var answer = await AskAsync("renew-lock", body, cancellationToken).ConfigureAwait(false);
        if (answer?["expirations"] is DateTime[] { Length: > 0 } expirations)
            message.LockedUntil = Utc(expirations[0]);
    }

    internal async Task RenewSessionLockAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync("renew-session-lock", WithSession([]), cancellationToken).ConfigureAwait(false);
        if (answer?["expiration"] is DateTime expiration)
            channel.Session.LockedUntil = Utc(expiration);
    }

    internal async Task<BinaryData?> GetSessionStateAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync("get-session-state", WithSession([]), cancellationToken).ConfigureAwait(false);
        return answer?["session-state"] is byte[] state ? new BinaryData(state) : null;
    }

    internal Task SetSessionStateAsync(BinaryData? state, CancellationToken cancellationToken)
    {
        var body = WithSession([]);
        body["session-state"] = state?.ToArray();
        return AskAsync("set-session-state", body, cancellationToken);
    }

    private static List Entries(Map? answer) => answer?["messages"] as List ?? [];

    private static ServiceBusReceivedMessage Decode(object entry, bool peeked)
    {
        var map = (Map)entry;
        var bytes = (byte[])map["message"];
        var message = Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
        return MessageDecoder.Decode(message, map["lock-token"] is Guid lockToken ? lockToken : Guid.Empty, null, peeked);
    }

    private static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private Map WithSession(Map body)
    {
        if (channel.SessionHold is { } hold)
            body["session-id"] = hold.Id;
        return body;
    }

    private Task<Map?> AskAsync(string operation, Map body, CancellationToken cancellationToken) =>
        broker.AskManagementAsync(channel.EntityPath, operation, body, channel.LinkName, cancellationToken);
}
