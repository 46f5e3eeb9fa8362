namespace Marquee.Local.Functions.Schedules;

/// <summary>
/// A cron expression in a time zone. Where clocks change: a schedule of every hour follows elapsed time, so it runs through the repeated
/// hour twice and skips nothing real; a schedule of set hours runs once a day as people would expect, at the first of two equal times, and
/// for a time that the clocks skip, at the moment they jump.
/// </summary>
internal sealed class CronSchedule(CronExpression expression, TimeZoneInfo zone) : TimerSchedule
{
    public override DateTimeOffset NextAfter(DateTimeOffset after)
    {
        var utc = after.UtcDateTime;
        return new DateTimeOffset(expression.AnyHour ? NextByElapsedTime(utc) : NextByTimeOfDay(utc), TimeSpan.Zero);
    }

    private DateTime NextByTimeOfDay(DateTime after)
    {
        // Start an hour early on the wall clock, so that a time before a jump back or inside a jump forward is looked at again.
        var local = TimeZoneInfo.ConvertTimeFromUtc(after, zone) - TimeSpan.FromHours(3);
        while (true)
        {
            local = Next(local);
            var instant = FirstInstant(local);
            if (instant > after)
                return instant;
        }
    }

    private DateTime NextByElapsedTime(DateTime after)
    {
        while (true)
        {
            var offset = zone.GetUtcOffset(after);
            var instant = NextAt(after, offset);
            if (zone.GetUtcOffset(instant) == offset)
                return instant;
            // The offset changes in between: go on from the change, just before it as the new offset's clock shows it.
            after = FirstInstantWithOtherOffset(after, instant, offset) - TimeSpan.FromSeconds(1);
            var other = zone.GetUtcOffset(after + TimeSpan.FromSeconds(1));
            instant = NextAt(after, other);
            if (zone.GetUtcOffset(instant) == other)
                return instant;
            after = instant - TimeSpan.FromSeconds(1);
        }
    }

    /// <summary>The next run as a clock with that offset shows it, whether or not the offset still holds then.</summary>
    private DateTime NextAt(DateTime utc, TimeSpan offset) =>
        DateTime.SpecifyKind(Next(DateTime.SpecifyKind(utc + offset, DateTimeKind.Unspecified)) - offset, DateTimeKind.Utc);

    private DateTime Next(DateTime local) => expression.NextAfter(local)
        ?? throw new InvalidOperationException("A schedule that was checked at start has no next run.");

    private DateTime FirstInstant(DateTime local)
    {
        if (zone.IsInvalidTime(local))
        {
            var before = TimeZoneInfo.ConvertTimeToUtc(local - TimeSpan.FromHours(3), zone);
            return FirstInstantWithOtherOffset(before, before + TimeSpan.FromHours(6), zone.GetUtcOffset(before));
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }

    /// <summary>Finds, to the second, when the zone leaves an offset between two instants.</summary>
    private DateTime FirstInstantWithOtherOffset(DateTime from, DateTime to, TimeSpan offset)
    {
        while (to - from > TimeSpan.FromSeconds(1))
        {
            var middle = from + TimeSpan.FromSeconds(Math.Floor((to - from).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == offset)
                from = middle;
            else
                to = middle;
        }

        return to;
    }
}
