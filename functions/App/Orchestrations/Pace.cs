namespace Marquee.App.Orchestrations;

/// <summary>How long an orchestration waits before it looks again when no signal comes: soon at first, then ever less often.</summary>
internal static class Pace
{
    public static readonly TimeSpan Slowest = TimeSpan.FromMinutes(10);

    /// <param name="look">How often it has looked, starting at 1.</param>
    public static TimeSpan Before(int look) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(look, 30) - 1), Slowest.TotalSeconds));
}
