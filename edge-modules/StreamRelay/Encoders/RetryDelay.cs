namespace Marquee.StreamRelay.Encoders;

/// <summary>Waits that double from a quarter of a second to ten, less up to half by chance, so that encoders do not start in step.</summary>
/// <param name="nextRandom">From 0 to 1.</param>
internal sealed class RetryDelay(Func<double> nextRandom)
{
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    private int _failures;

    public TimeSpan Next()
    {
        var full = Least * Math.Pow(2, Math.Min(_failures, 10));
        _failures++;
        return (full < Most ? full : Most) * (1 - (nextRandom() / 2));
    }

    public void Reset() => _failures = 0;
}
