namespace Marquee.Local.ServiceBus;

/// <summary>What a batch may hold.</summary>
public class CreateMessageBatchOptions
{
    /// <summary>The largest size of the batch in bytes, at least 24; null for what the entity takes.</summary>
    public long? MaxSizeInBytes
    {
        get;
        set => field = value is null or >= 24 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 24 bytes.");
    }
}
