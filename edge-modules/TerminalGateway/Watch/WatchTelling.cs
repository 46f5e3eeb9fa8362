namespace Marquee.TerminalGateway.Watch;

/// <summary>How endpoints tell the watch what they have answered.</summary>
internal static class WatchTelling
{
    /// <param name="see">What there was to see at the time; null for nothing.</param>
    public static void TellWatch(this HttpContext http, Func<DateTimeOffset, Observation?> see) =>
        http.RequestServices.GetRequiredService<WatchFeed>().Tell(see(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()));
}
