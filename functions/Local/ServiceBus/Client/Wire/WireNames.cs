namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The names Service Bus gives to things on the wire.</summary>
internal static class WireNames
{
    internal const string DeadLetterReason = "DeadLetterReason";
    internal const string DeadLetterErrorDescription = "DeadLetterErrorDescription";

    internal const string EnqueuedTime = "x-opt-enqueued-time";
    internal const string ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";
    internal const string SequenceNumber = "x-opt-sequence-number";
    internal const string EnqueuedSequenceNumber = "x-opt-enqueue-sequence-number";
    internal const string LockedUntil = "x-opt-locked-until";
    internal const string PartitionKey = "x-opt-partition-key";
    internal const string TransactionPartitionKey = "x-opt-via-partition-key";
    internal const string DeadLetterSource = "x-opt-deadletter-source";
    internal const string MessageState = "x-opt-message-state";

    internal const string SessionFilter = "com.microsoft:session-filter";
    internal const string LockedUntilUtc = "com.microsoft:locked-until-utc";
    internal const string Timeout = "com.microsoft:timeout";
    internal const string ServerTimeout = "com.microsoft:server-timeout";
    internal const string AssociatedLinkName = "associated-link-name";
    internal const string DeadLetterCondition = "com.microsoft:dead-letter";

    /// <summary>The message format of a batch: each data section is an encoded message.</summary>
    internal const uint BatchFormat = 0x80013700;
}
