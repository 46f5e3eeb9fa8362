namespace Marquee.Local.Functions;

/// <summary>When a timer ran, when it runs next, and when that was written down. All UTC.</summary>
public class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
