namespace Marquee.Local.Functions;

/// <summary>Where an invocation stands in its function's retry policy.</summary>
public abstract class RetryContext
{
    /// <summary>0 on the first attempt.</summary>
    public abstract int RetryCount { get; }

    public abstract int MaxRetryCount { get; }
}
