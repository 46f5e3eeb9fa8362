namespace Marquee.Local.Platform.Processes;

/// <summary>
/// How long a crashed process waits for its next start: a quarter of a second, doubled at each crash in a row, ten seconds at most.
/// </summary>
internal static class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>A process that was ready for this long has a clean slate.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(30);

    /// <param name="crashes">Crashes in a row, from 1.</param>
    public static TimeSpan After(int crashes)
    {
        var doublings = Math.Min(crashes - 1, 10);
        var delay = First * (1 << doublings);
        return delay < Longest ? delay : Longest;
    }
}
