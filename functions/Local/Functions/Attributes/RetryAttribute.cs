namespace Marquee.Local.Functions;

/// <summary>Base of the retry policies a timer function may carry. Messages are retried by their delivery count instead.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    public RetryAttribute()
    {
    }

    /// <summary>Retries after the first attempt; -1 retries without end.</summary>
    public int MaxRetryCount { get; set; }
}
