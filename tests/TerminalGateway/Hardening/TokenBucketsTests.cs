using Marquee.TerminalGateway.Hardening;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Hardening;

public sealed class TokenBucketsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_burst_goes_through_and_then_as_many_as_come_in()
    {
        var buckets = new TokenBuckets(new Rate(Burst: 3, PerSecond: 2), maxNames: 10, _time);
        for (var i = 0; i < 3; i++) Assert.Null(buckets.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(0.5), buckets.Take("a"));
        Assert.Null(buckets.Take("b"));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(buckets.Take("a"));
        Assert.NotNull(buckets.Take("a"));
        _time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++) Assert.Null(buckets.Take("a"));
        Assert.NotNull(buckets.Take("a"));
    }

    [Fact]
    public void At_the_bound_of_names_one_that_is_full_again_makes_room_and_else_nobody_does()
    {
        var buckets = new TokenBuckets(new Rate(Burst: 1, PerSecond: 1), maxNames: 2, _time);
        Assert.Null(buckets.Take("a"));
        Assert.Null(buckets.Take("b"));
        Assert.NotNull(buckets.Take("c"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(buckets.Take("c"));
    }
}
