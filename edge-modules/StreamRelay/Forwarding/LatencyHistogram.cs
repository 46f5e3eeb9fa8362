using System.Numerics;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Durations in microseconds in buckets that are at most 1/16 wide of what they hold, up to 67 s; longer ones count as that. Recording
/// allocates nothing. One thread at a time.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;
    private const int MaxBits = 26;
    private const long MaxUs = (1L << MaxBits) - 1;

    private readonly long[] _buckets = new long[(MaxBits - SubBits + 1) * Sub];

    public long Count { get; private set; }

    /// <summary>Of all recorded durations, in microseconds.</summary>
    public long SumUs { get; private set; }

    public void Record(long us, long times = 1)
    {
        if (times <= 0) return;
        us = Math.Clamp(us, 0, MaxUs);
        _buckets[Index(us)] += times;
        Count += times;
        SumUs += us * times;
    }

    /// <summary>The duration that a share of all stays under, at the upper edge of its bucket; 0 when nothing was recorded.</summary>
    /// <param name="quantile">0 to 1.</param>
    public long PercentileUs(double quantile)
    {
        if (Count == 0) return 0;
        var rank = Math.Max(1, (long)Math.Ceiling(Count * quantile));
        for (var i = 0; i < _buckets.Length; i++)
        {
            rank -= _buckets[i];
            if (rank <= 0) return UpperEdge(i);
        }
        return MaxUs;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++) _buckets[i] += other._buckets[i];
        Count += other.Count;
        SumUs += other.SumUs;
    }

    public void Clear()
    {
        Array.Clear(_buckets);
        (Count, SumUs) = (0, 0);
    }

    private static int Index(long us)
    {
        if (us < Sub) return (int)us;
        var shift = BitOperations.Log2((ulong)us) - SubBits;
        return (shift * Sub) + (int)(us >> shift);
    }

    private static long UpperEdge(int index)
    {
        if (index < 2 * Sub) return index;
        var shift = (index / Sub) - 1;
        var lower = (long)((index % Sub) + Sub) << shift;
        return lower + (1L << shift) - 1;
    }
}
