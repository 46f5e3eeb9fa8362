using System.Globalization;
using Marquee.Local.Functions.Schedules;

namespace Marquee.Local.Functions.Tests.Schedules;

/// <summary>In Berlin the clocks jump from 02:00 to 03:00 on 29 March 2026 and back from 03:00 to 02:00 on 25 October 2026.</summary>
public sealed class TimerScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("0 30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("0 30 2 * * *", "2026-10-24T00:00:00Z", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("0 0 12 * * *", "2026-03-28T00:00:00Z", "2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z", "2026-03-30T10:00:00Z")]
    [InlineData("0 30 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z")]
    [InlineData("0 30 * * * *", "2026-10-24T23:45:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z")]
    [InlineData("0 */20 * * * *", "2026-10-25T00:35:00Z", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:20:00Z")]
    [InlineData("0 0 0 * * *", "2026-03-28T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z")]
    public void Clocks_that_change_lose_no_run_and_double_none(string expression, string after, params string[] expected)
    {
        var schedule = TimerSchedule.Parse(expression, Berlin);
        var at = At(after);
        foreach (var next in expected)
        {
            at = schedule.NextAfter(at);
            Assert.Equal(At(next), at);
        }
    }

    [Fact]
    public void Each_hour_of_a_year_with_two_changes_has_its_run()
    {
        var schedule = TimerSchedule.Parse("0 15 * * * *", Berlin);
        var at = At("2026-01-01T00:00:00Z");
        for (var hour = 0; hour < 365 * 24; hour++)
        {
            var next = schedule.NextAfter(at);
            Assert.Equal(hour == 0 ? At("2026-01-01T00:15:00Z") : at.AddHours(1), next);
            at = next;
        }
    }

    [Fact]
    public void A_time_span_is_the_time_between_runs() =>
        Assert.Equal(At("2026-01-01T00:05:00Z"), TimerSchedule.Parse("00:05:00", Berlin).NextAfter(At("2026-01-01T00:00:00Z")));

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-00:05:00")]
    [InlineData("every five minutes or so, please")]
    public void What_is_neither_is_refused(string text) => Assert.Throws<FormatException>(() => TimerSchedule.Parse(text, Berlin));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
