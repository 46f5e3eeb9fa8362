using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Tests.Processes;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(5, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 10)]
    [InlineData(1_000_000, 10)]
    public void Each_crash_in_a_row_doubles_the_wait_up_to_ten_seconds(int crashes, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.After(crashes));
}
