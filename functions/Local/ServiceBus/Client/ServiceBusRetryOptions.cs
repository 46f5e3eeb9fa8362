// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>The bounds of trying again. The defaults and limits are the official ones.</summary>
public class ServiceBusRetryOptions
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestTry = TimeSpan.FromHours(1);

    /// <summary>How the pause grows. Default: exponential.</summary>
    public ServiceBusRetryMode Mode { get; set; } = ServiceBusRetryMode.Exponential;

    /// <summary>Tries after the first, 0 to 100. Default: 3.</summary>
    public int MaxRetries
    {
        get;
        set => field = value is >= 0 and <= 100 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 100.");
    } = 3;

    /// <summary>The first pause, 1 ms to 5 min. Default: 0.8 s.</summary>
    public TimeSpan Delay
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(1) && value <= LongestDelay
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 ms to 5 min.");
    } = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest pause, not negative. Default: 1 min.</summary>
    public TimeSpan MaxDelay
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Not negative.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>How long one try may take, above zero, at most 1 h. Default: 1 min.</summary>
    public TimeSpan TryTimeout
    {
        get;
        set => field = value > TimeSpan.Zero && value <= LongestTry
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Above zero, at most 1 h.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>A policy that takes the place of all the above.</summary>
    public ServiceBusRetryPolicy CustomRetryPolicy { get; set; }
}
