namespace Marquee.Local.Functions.Schedules;

/// <summary>
/// An NCRONTAB expression: second, minute, hour, day, month, day of week (0 = Sunday); the second may be left out. As in NCRONTAB, and
/// unlike Unix cron, a day must fit both the day and the day of week.
/// </summary>
internal sealed class CronExpression
{
    /// <summary>29 February on a given weekday comes back within this many years.</summary>
    private const int YearsToSearch = 41;

    private readonly CronField _seconds;
    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    private CronExpression(string[] fields)
    {
        _seconds = CronField.Parse(fields[0], "second", 0, 59);
        _minutes = CronField.Parse(fields[1], "minute", 0, 59);
        _hours = CronField.Parse(fields[2], "hour", 0, 23);
        _days = CronField.Parse(fields[3], "day", 1, 31);
        _months = CronField.Parse(
            fields[4], "month", 1, 12,
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December");
        _weekdays = CronField.Parse(
            fields[5], "day of week", 0, 6, "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");
    }

    /// <summary>Every hour is allowed: the schedule is about elapsed time, not about the time of day.</summary>
    public bool AnyHour => _hours.IsEvery;

    /// <exception cref="FormatException">The expression is not NCRONTAB, or no day ever fits it.</exception>
    public static CronExpression Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var expression = fields.Length switch
        {
            5 => new CronExpression(["0", .. fields]),
            6 => new CronExpression(fields),
            _ => throw new FormatException($"'{text}' has {fields.Length} fields; NCRONTAB has six"),
        };
        return expression.NextAfter(new DateTime(2000, 1, 1)) is null
            ? throw new FormatException($"'{text}' fits no day of any year")
            : expression;
    }

    /// <summary>The first wall-clock time after the given one; null when none comes within four decades.</summary>
    public DateTime? NextAfter(DateTime after)
    {
        var start = new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, after.Second).AddSeconds(1);
        for (var day = start.Date; day.Year <= start.Year + YearsToSearch && day.Year < DateTime.MaxValue.Year; day = day.AddDays(1))
        {
            if (!_months.Has(day.Month))
            {
                // To the month's last day; the loop steps into the next month.
                day = new DateTime(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month));
                continue;
            }

            if (!_days.Has(day.Day) || !_weekdays.Has((int)day.DayOfWeek))
                continue;
            if (TimeFrom(day == start.Date ? start.TimeOfDay : TimeSpan.Zero) is { } time)
                return day + time;
        }

        return null;
    }

    private TimeSpan? TimeFrom(TimeSpan from)
    {
        var second = _seconds.From(from.Seconds);
        var minute = _minutes.From(second < 0 ? from.Minutes + 1 : from.Minutes);
        var hour = _hours.From(minute < 0 ? from.Hours + 1 : from.Hours);
        if (hour < 0)
            return null;
        if (hour > from.Hours)
            return new TimeSpan(hour, _minutes.From(0), _seconds.From(0));
        return minute > from.Minutes ? new TimeSpan(hour, minute, _seconds.From(0)) : new TimeSpan(hour, minute, second);
    }
}
