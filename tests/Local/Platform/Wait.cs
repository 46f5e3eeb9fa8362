namespace Marquee.Local.Platform.Tests;

/// <summary>
/// Waiting for something outside this process: asked again until it is so, with a limit that only a broken machine reaches.
/// </summary>
internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (!condition()) await Task.Delay(Interval, limit.Token);
    }
}
