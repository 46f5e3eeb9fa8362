using Marquee.TerminalGateway.Payments;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Payments;

public sealed class LineBreakerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LineBreaker _breaker;

    public LineBreakerTests() => _breaker = new LineBreaker(
        new GatewaySettings { StaffKey = "", StripeApiKey = "", ProbeInterval = Second, ProbeMost = 5 * Second }, _time);

    [Fact]
    public void One_failure_takes_the_line_down_and_one_success_brings_it_back()
    {
        Assert.True(_breaker.IsOnline);
        _breaker.Failed("timeout");
        Assert.False(_breaker.IsOnline);
        Assert.Equal("timeout", _breaker.Status.Reason);
        _breaker.Succeeded();
        Assert.True(_breaker.IsOnline);
        Assert.Null(_breaker.Status.Reason);
    }

    [Fact]
    public void Waits_between_probes_double_up_to_their_bound_and_start_over_after_a_success()
    {
        var waits = new List<TimeSpan>();
        _breaker.Failed("timeout");
        for (var i = 0; i < 4; i++)
        {
            waits.Add(_breaker.UntilProbe);
            _time.Advance(_breaker.UntilProbe);
            _breaker.Failed("timeout");
        }

        Assert.Equal([Second, 2 * Second, 4 * Second, 5 * Second], waits);
        _breaker.Succeeded();
        _breaker.Failed("timeout");
        Assert.Equal(Second, _breaker.UntilProbe);
    }

    [Fact]
    public void Late_failures_of_sales_under_way_do_not_put_the_probe_off()
    {
        _breaker.Failed("timeout");
        _time.Advance(Second / 2);
        _breaker.Failed("timeout");
        Assert.Equal(Second / 2, _breaker.UntilProbe);
    }
}
