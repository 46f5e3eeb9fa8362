namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The paths of entities within entities.</summary>
internal static class EntityName
{
    internal const string DeadLetterSuffix = "/$DeadLetterQueue";
    internal const string TransferDeadLetterSuffix = "/$Transfer/$DeadLetterQueue";
    internal const string ManagementSuffix = "/$management";

    internal static string Subscription(string topicName, string subscriptionName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topicName);
        ArgumentException.ThrowIfNullOrWhiteSpace(subscriptionName);
        return $"{topicName}/Subscriptions/{subscriptionName}";
    }

    internal static string WithSubQueue(string entityPath, SubQueue subQueue) => subQueue switch
    {
        SubQueue.None => entityPath,
        SubQueue.DeadLetter => entityPath + DeadLetterSuffix,
        SubQueue.TransferDeadLetter => entityPath + TransferDeadLetterSuffix,
        _ => throw new ArgumentOutOfRangeException(nameof(subQueue), subQueue, "Not a sub-queue."),
    };
}
