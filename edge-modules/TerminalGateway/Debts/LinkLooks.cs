namespace Marquee.TerminalGateway.Debts;

/// <summary>
/// When a link that is out is looked at: the till has no way in from the internet, so it asks. Often while the customer may have it before them,
/// at last once an hour: five hundred links of a venue are then nine requests a minute.
/// </summary>
internal static class LinkLooks
{
    private const int Part = 10;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    /// <summary>A tenth of its age from now, within the bounds.</summary>
    public static DateTimeOffset Next(DateTimeOffset sentAt, DateTimeOffset now)
    {
        var wait = (now - sentAt) / Part;
        return now + (wait < Least ? Least : wait > Most ? Most : wait);
    }
}
