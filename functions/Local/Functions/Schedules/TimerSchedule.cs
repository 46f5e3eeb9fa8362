using System.Globalization;

namespace Marquee.Local.Functions.Schedules;

/// <summary>When a timer runs.</summary>
internal abstract class TimerSchedule
{
    /// <summary>The first instant after the given one.</summary>
    public abstract DateTimeOffset NextAfter(DateTimeOffset after);

    /// <summary>NCRONTAB in the given zone, or a time span between runs.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static TimerSchedule Parse(string text, TimeZoneInfo zone)
    {
        if (!text.Contains(' ', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var period))
        {
            return period >= TimeSpan.FromSeconds(1)
                ? new PeriodSchedule(period)
                : throw new FormatException($"the period '{text}' is below one second");
        }

        return new CronSchedule(CronExpression.Parse(text), zone);
    }

    private sealed class PeriodSchedule(TimeSpan period) : TimerSchedule
    {
        public override DateTimeOffset NextAfter(DateTimeOffset after) => after + period;
    }
}
