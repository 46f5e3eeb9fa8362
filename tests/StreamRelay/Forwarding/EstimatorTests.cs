using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class EstimatorTests
{
    private const int PacketBytes = 1200;

    /// <summary>
    /// Sends at a rate over a link of a capacity with a queue, feeding the estimator back every 50 ms; returns the estimate.
    /// </summary>
    private static (long BitsPerSecond, bool SawCongestion) Over(long sendBitsPerSecond, long linkBitsPerSecond, int seconds)
    {
        var estimator = new BandwidthEstimator();
        var sent = new SentPackets();
        var arrivals = new TransportArrivals();
        var onTheWay = new Queue<(ushort Sequence, long ArrivalUs)>();
        var buffer = new byte[1200];
        var (nowUs, linkFreeUs, nextFeedbackUs) = (3_600_000_000L, 0L, 0L);
        var saw = false;
        var gapUs = PacketBytes * 8 * 1_000_000L / sendBitsPerSecond;
        var end = nowUs + (seconds * 1_000_000L);
        for (; nowUs < end; nowUs += gapUs)
        {
            var sequence = sent.Add(PacketBytes, nowUs);
            linkFreeUs = Math.Max(linkFreeUs, nowUs) + (PacketBytes * 8 * 1_000_000L / linkBitsPerSecond);
            onTheWay.Enqueue((sequence, linkFreeUs + 20_000));
            while (onTheWay.TryPeek(out var first) && first.ArrivalUs <= nowUs)
            {
                arrivals.Add(first.Sequence, first.ArrivalUs);
                onTheWay.Dequeue();
            }
            if (nowUs < nextFeedbackUs) continue;
            nextFeedbackUs = nowUs + 50_000;
            var writer = new RtcpWriter(buffer);
            if (!arrivals.TryWrite(ref writer, 1, 2)) continue;
            foreach (var block in new RtcpReader(writer.Written))
            {
                if (TransportFeedback.TryParse(block, out var feedback)) estimator.OnTransportFeedback(feedback, sent, nowUs);
            }
            saw |= estimator.IsCongested(nowUs);
        }
        return (estimator.BitsPerSecond(nowUs), saw);
    }

    [Fact]
    public void A_link_with_room_is_not_taken_for_congested()
    {
        var (estimate, saw) = Over(2_000_000, 10_000_000, 10);
        Assert.False(saw);
        Assert.True(estimate >= 2_000_000);
    }

    [Fact]
    public void A_queue_that_grows_brings_the_estimate_under_the_links_rate()
    {
        var (estimate, saw) = Over(3_000_000, 1_500_000, 10);
        Assert.True(saw);
        Assert.InRange(estimate, 100_000, 1_600_000);
    }

    [Fact]
    public void Loss_in_reports_lowers_the_estimate_below_what_flows()
    {
        var estimator = new BandwidthEstimator();
        var nowUs = 3_600_000_000L;
        estimator.OnReport(0, 6_000_000, nowUs);
        Assert.True(estimator.BitsPerSecond(nowUs) >= 6_000_000);
        estimator.OnReport(128, 6_000_000, nowUs);
        Assert.True(estimator.IsCongested(nowUs));
        Assert.True(estimator.BitsPerSecond(nowUs) <= 4_500_000);
    }

    [Fact]
    public void A_maximum_that_the_viewer_states_holds_while_it_is_fresh()
    {
        var estimator = new BandwidthEstimator();
        var nowUs = 3_600_000_000L;
        estimator.OnMaxBitrate(800_000, nowUs);
        Assert.Equal(800_000, estimator.BitsPerSecond(nowUs));
        Assert.False(estimator.IsCongested(nowUs));
        Assert.True(estimator.BitsPerSecond(nowUs + 10_000_000) > 800_000);
    }
}
