using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Tests.Ice;

public sealed class SourceLimiterTests
{
    private static readonly PeerAddress Source = PeerAddress.V4(0x7F000001, 1000);

    [Fact]
    public void A_source_gets_its_burst_and_then_its_rate()
    {
        var limiter = new SourceLimiter(ticksPerToken: 10, burst: 5);
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => limiter.TryTake(Source, 1000)));
        Assert.False(limiter.TryTake(Source, 1009));
        Assert.True(limiter.TryTake(Source, 1010));
        Assert.False(limiter.TryTake(Source, 1010));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => limiter.TryTake(Source, 5000)));
    }

    [Fact]
    public void All_ports_of_an_address_share_its_ration()
    {
        var limiter = new SourceLimiter(ticksPerToken: 10, burst: 5);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(port => limiter.TryTake(PeerAddress.V4(0x0A000001, (ushort)port), 0)));
    }
}
