namespace Marquee.Benchmarks.Relay;

/// <summary>A histogram of latencies, 10 µs a bucket; what is past its end counts as its end. Not for two threads.</summary>
internal sealed class Latencies
{
    private const int BucketUs = 10;
    private const int Buckets = 50_000;

    private readonly long[] _counts = new long[Buckets];

    public long Count { get; private set; }

    public void Add(long microseconds)
    {
        _counts[Math.Clamp(microseconds / BucketUs, 0, Buckets - 1)]++;
        Count++;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <param name="share">0 to 1.</param>
    public double Milliseconds(double share)
    {
        var rank = (long)(Count * share);
        for (var i = 0; i < Buckets; i++)
        {
            rank -= _counts[i];
            if (rank < 0) return (i + 1) * BucketUs / 1000.0;
        }

        return Count == 0 ? 0 : Buckets * BucketUs / 1000.0;
    }
}
