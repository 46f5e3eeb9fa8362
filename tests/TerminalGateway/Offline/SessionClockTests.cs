using CsCheck;
using Marquee.TerminalGateway.Offline;

namespace Marquee.TerminalGateway.Tests.Offline;

public sealed class SessionClockTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero);

    private readonly WallClock _wall = new(Evening);

    [Fact]
    public void Undisturbed_it_is_the_wall_clock()
    {
        var clock = Start();
        _wall.Advance(TimeSpan.FromHours(5));
        Assert.Equal(_wall.GetUtcNow(), clock.GetUtcNow());
        Assert.Empty(clock.TakeNotes());
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_wall_clock_that_jumps_does_not_take_it_along_and_is_noted_once(int seconds)
    {
        var jump = seconds < 0 ? ClockJump.Back : ClockJump.Ahead;
        var clock = Start();
        _wall.SetTo(Evening.AddSeconds(seconds));
        _wall.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Evening.AddMinutes(1), clock.GetUtcNow());
        Assert.Equal(new ClockNote(jump, TimeSpan.FromHours(1), AcrossRestart: false), Assert.Single(clock.TakeNotes()));
        _wall.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(clock.TakeNotes());
        Assert.True(clock.IsDoubtful);
        _wall.SetTo(Evening.AddMinutes(2));
        Assert.Empty(clock.TakeNotes());
        Assert.False(clock.IsDoubtful);
    }

    [Fact]
    public void Small_corrections_forwards_are_followed_and_backwards_waited_for()
    {
        var clock = Start();
        _wall.SetTo(Evening.AddSeconds(3));
        Assert.Equal(Evening.AddSeconds(3), clock.GetUtcNow());
        _wall.SetTo(Evening.AddSeconds(1));
        Assert.Equal(Evening.AddSeconds(3), clock.GetUtcNow());
        Assert.Empty(clock.TakeNotes());
    }

    [Fact]
    public void A_start_before_the_time_that_was_seen_last_starts_there_and_is_noted()
    {
        _wall.SetTo(Evening.AddDays(-1));
        var clock = Start();
        Assert.Equal(Evening, clock.GetUtcNow());
        Assert.Equal(new ClockNote(ClockJump.Back, TimeSpan.FromDays(1), AcrossRestart: true), Assert.Single(clock.TakeNotes()));
    }

    [Fact]
    public void What_the_cloud_says_moves_it_forwards_and_back_only_with_an_answer_in_time()
    {
        var clock = Start();
        Assert.False(clock.Heard(Evening.AddHours(-1)));
        Assert.True(clock.Heard(Evening.AddHours(1)));
        Assert.Equal(Evening.AddHours(1), clock.GetUtcNow());
        // An old message proves nothing about how late it is by now.
        Assert.False(clock.Heard(Evening));
        Assert.True(clock.Heard(Evening, roundTrip: TimeSpan.FromSeconds(2)));
        Assert.Equal(Evening.AddSeconds(2), clock.GetUtcNow());
        Assert.False(clock.IsDoubtful);
    }

    [Fact]
    public void Without_the_cloud_it_never_goes_back_whatever_the_wall_clock_does() =>
        Gen.Select(Gen.Bool, Gen.Int[-7_200, 7_200]).Array[1, 50].Sample(steps =>
        {
            var wall = new WallClock(Evening);
            var clock = new SessionClock(wall, Evening);
            var (last, passed) = (clock.GetUtcNow(), TimeSpan.Zero);
            foreach (var (isJump, seconds) in steps)
            {
                if (isJump) wall.SetTo(wall.GetUtcNow().AddSeconds(seconds));
                else
                {
                    wall.Advance(TimeSpan.FromSeconds(Math.Abs(seconds)));
                    passed += TimeSpan.FromSeconds(Math.Abs(seconds));
                }

                var now = clock.GetUtcNow();
                Assert.True(now >= last);
                // Ahead of what has passed only by corrections as small as clocks are kept right with.
                Assert.True(now - Evening <= passed + (steps.Length * SessionClock.Tolerance));
                last = now;
            }
        });

    private SessionClock Start() => new(_wall, Evening);
}
