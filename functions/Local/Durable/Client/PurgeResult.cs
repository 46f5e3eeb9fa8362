namespace Marquee.Local.Durable.Client;

/// <summary>What a purge did.</summary>
public class PurgeResult
{
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    /// <summary>How many instances are gone.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether every instance that was selected is gone; null when not known.</summary>
    public bool? IsComplete { get; }
}
