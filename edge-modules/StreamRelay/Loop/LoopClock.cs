namespace Marquee.StreamRelay.Loop;

/// <summary>The loop's time: a monotonic timestamp of the provider, and its conversions.</summary>
internal sealed class LoopClock(TimeProvider time)
{
    private readonly long _frequency = time.TimestampFrequency;

    public TimeProvider Provider => time;

    public long Now => time.GetTimestamp();

    /// <summary>A span of time in timestamp units.</summary>
    public long Ticks(TimeSpan span) => (long)(span.Ticks * (double)_frequency / TimeSpan.TicksPerSecond);

    public long FromMilliseconds(long milliseconds) => milliseconds * _frequency / 1000;

    public long ToMilliseconds(long ticks) => ticks * 1000 / _frequency;

    public long ToMicroseconds(long ticks) => (long)(ticks * 1_000_000.0 / _frequency);

    public TimeSpan ToTimeSpan(long ticks) => TimeSpan.FromTicks((long)(ticks * (double)TimeSpan.TicksPerSecond / _frequency));
}
