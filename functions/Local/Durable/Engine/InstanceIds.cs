namespace Marquee.Local.Durable.Engine;

/// <summary>What an instance id may look like in Durable Functions, so that an id which works here works there.</summary>
/// <remarks>learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestrations, "Instance IDs".</remarks>
internal static class InstanceIds
{
    private const int MaxLength = 100;

    /// <exception cref="ArgumentException">The id could not be used in the cloud.</exception>
    public static void Check(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (instanceId.Length > MaxLength || instanceId[0] == '@' || instanceId.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
        {
            throw new ArgumentException(
                $"'{instanceId}' is no instance id: it must have 1 to {MaxLength} characters, not start with @, and not contain /, \\, #, ? "
                + "or control characters.",
                nameof(instanceId));
        }
    }
}
