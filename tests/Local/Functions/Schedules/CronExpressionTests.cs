using System.Globalization;
using Marquee.Local.Functions.Schedules;

namespace Marquee.Local.Functions.Tests.Schedules;

public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-03-01 10:03:20", "2026-03-01 10:05:00")]
    [InlineData("*/10 * * * * *", "2026-03-01 10:03:20", "2026-03-01 10:03:30")]
    [InlineData("0 0 * * * *", "2026-03-01 10:00:00", "2026-03-01 11:00:00")]
    [InlineData("0 0 */2 * * *", "2026-03-01 23:59:59", "2026-03-02 00:00:00")]
    [InlineData("0 0 9-17 * * *", "2026-03-01 17:00:00", "2026-03-02 09:00:00")]
    [InlineData("0 30 9 * * *", "2026-03-01 09:30:00", "2026-03-02 09:30:00")]
    [InlineData("0 30 9 * * 1-5", "2026-03-06 10:00:00", "2026-03-09 09:30:00")]
    [InlineData("0 30 9 * * Mon-Fri", "2026-03-06 10:00:00", "2026-03-09 09:30:00")]
    [InlineData("0 30 9 * Jan Mon", "2026-03-06 10:00:00", "2027-01-04 09:30:00")]
    [InlineData("0 0 0 1,15 * *", "2026-03-02 00:00:00", "2026-03-15 00:00:00")]
    [InlineData("0 5/20 * * * *", "2026-03-01 10:26:00", "2026-03-01 10:45:00")]
    [InlineData("30 10-20/5 3 * * *", "2026-03-01 03:15:30", "2026-03-01 03:20:30")]
    [InlineData("0 0 0 31 * *", "2026-03-31 00:00:00", "2026-05-31 00:00:00")]
    [InlineData("0 0 0 29 2 *", "2026-03-01 00:00:00", "2028-02-29 00:00:00")]
    [InlineData("0 0 0 13 * Fri", "2026-03-14 00:00:00", "2026-11-13 00:00:00")]
    [InlineData("15 8 * * *", "2026-03-01 08:15:00", "2026-03-02 08:15:00")]
    [InlineData("59 59 23 31 12 *", "2026-12-31 23:59:59", "2027-12-31 23:59:59")]
    public void The_next_time_is_the_first_that_fits_all_fields(string expression, string after, string expected) =>
        Assert.Equal(At(expected), CronExpression.Parse(expression).NextAfter(At(after)));

    [Theory]
    [InlineData("* * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* * 24 * * *")]
    [InlineData("* * * 0 * *")]
    [InlineData("* * * * 13 *")]
    [InlineData("* * * * * 7")]
    [InlineData("*/0 * * * * *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("a * * * * *")]
    [InlineData(", * * * * *")]
    [InlineData("* * * * Foo *")]
    [InlineData("0 0 0 31 2 *")]
    [InlineData("")]
    public void What_is_not_a_schedule_is_refused(string expression) =>
        Assert.Throws<FormatException>(() => CronExpression.Parse(expression));

    [Fact]
    public void Stepping_never_skips_a_second_that_fits()
    {
        var expression = CronExpression.Parse("*/7 1-59/13 */5 * 2,3 0,6");
        var from = new DateTime(2026, 2, 27);
        var to = new DateTime(2026, 3, 3);
        var brute = new List<DateTime>();
        for (var at = from.AddSeconds(1); at < to; at = at.AddSeconds(1))
        {
            if (at.Second % 7 == 0 && at.Minute % 13 == 1 && at.Hour % 5 == 0 && at.DayOfWeek is DayOfWeek.Sunday or DayOfWeek.Saturday)
            {
                brute.Add(at);
            }
        }

        var stepped = new List<DateTime>();
        for (var at = expression.NextAfter(from); at < to; at = expression.NextAfter(at.Value))
            stepped.Add(at.Value);
        Assert.NotEmpty(brute);
        Assert.Equal(brute, stepped);
    }

    private static DateTime At(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);
}
