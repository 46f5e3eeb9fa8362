using CsCheck;
using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_at_most_a_sixteenth_above_the_exact_one_and_never_below_it() =>
        Gen.Select(Gen.Long[0, 60_000_000].Array[1, 200], Gen.Double[0.01, 1]).Sample((values, quantile) =>
        {
            var histogram = new LatencyHistogram();
            foreach (var value in values) histogram.Record(value);
            var exact = values.Order().ElementAt(Math.Max(1, (int)Math.Ceiling(values.Length * quantile)) - 1);
            var told = histogram.PercentileUs(quantile);
            Assert.InRange(told, exact, exact + (exact / 16));
        });

    [Fact]
    public void Weights_count_as_often_as_they_say()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(10, 95);
        histogram.Record(1000, 5);
        Assert.Equal((100, 10, 10), (histogram.Count, histogram.PercentileUs(0.5), histogram.PercentileUs(0.95)));
        Assert.InRange(histogram.PercentileUs(0.96), 1000, 1063);
    }

    [Fact]
    public void What_is_longer_than_the_scale_counts_as_its_end_and_what_is_negative_as_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(long.MaxValue);
        Assert.Equal((1L << 26) - 1, histogram.PercentileUs(1));
        histogram.Record(-5, 3);
        Assert.Equal(0, histogram.PercentileUs(0.5));
    }

    [Fact]
    public void Nothing_recorded_is_zero() => Assert.Equal(0, new LatencyHistogram().PercentileUs(0.99));
}
