using System.Globalization;
using System.Reflection;

namespace Marquee.Local.Functions;

/// <summary>How often a failed timer invocation is repeated in place, and after which pauses.</summary>
/// <param name="MaxRetryCount">Retries after the first attempt; -1 for no end.</param>
/// <param name="FirstDelay">The pause before the first retry.</param>
/// <param name="MaximumDelay">The longest pause; doubling stops here.</param>
internal sealed record InvocationRetry(int MaxRetryCount, TimeSpan FirstDelay, TimeSpan MaximumDelay)
{
    public static InvocationRetry Fixed(int count, TimeSpan delay) => new(count, delay, delay);

    public static InvocationRetry Exponential(int count, TimeSpan minimum, TimeSpan maximum) =>
        minimum <= maximum
            ? new(count, minimum, maximum)
            : throw new FunctionWorkerException($"the retry policy's minimum interval {minimum} is above its maximum {maximum}");

    /// <summary>The policy a method carries; null for none.</summary>
    /// <exception cref="FunctionWorkerException">The policy cannot be meant.</exception>
    public static InvocationRetry? Of(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<RetryAttribute>();
        if (attribute?.MaxRetryCount < -1)
            throw new FunctionWorkerException($"the retry policy's count {attribute.MaxRetryCount} is below -1");
        return attribute switch
        {
            FixedDelayRetryAttribute f => Fixed(f.MaxRetryCount, Span(f.DelayInterval)),
            ExponentialBackoffRetryAttribute e => Exponential(e.MaxRetryCount, Span(e.MinimumInterval), Span(e.MaximumInterval)),
            _ => null,
        };
    }

    public bool Allows(int retriesMade) => MaxRetryCount < 0 || retriesMade < MaxRetryCount;

    /// <summary>The pause before the retry that follows <paramref name="retriesMade"/> others.</summary>
    public TimeSpan DelayBefore(int retriesMade)
    {
        var ticks = FirstDelay.Ticks * Math.Pow(2, retriesMade);
        return ticks < MaximumDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : MaximumDelay;
    }

    private static TimeSpan Span(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero
            ? span
            : throw new FunctionWorkerException($"the retry policy's interval '{text}' is not a time span");
}
