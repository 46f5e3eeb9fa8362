namespace Marquee.Benchmarks.Relay;

/// <summary>The wall clock in nanoseconds, as the kernel stamps what it receives.</summary>
internal static class WallClock
{
    public static long NowNs => (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}
