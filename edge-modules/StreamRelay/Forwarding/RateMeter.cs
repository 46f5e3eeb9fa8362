namespace Marquee.StreamRelay.Forwarding;

/// <summary>Bits per second over the last second, in tenths.</summary>
internal sealed class RateMeter
{
    private const int Buckets = 10;
    private const long BucketUs = 100_000;

    private readonly int[] _bytes = new int[Buckets];
    private long _bucket;
    private long _total;
    private long _firstBucket;

    public void Add(int bytes, long nowUs)
    {
        Advance(nowUs);
        _bytes[_bucket % Buckets] += bytes;
        _total += bytes;
    }

    /// <summary>The rate; of a source younger than a second, over its lifetime.</summary>
    public long BitsPerSecond(long nowUs)
    {
        Advance(nowUs);
        var buckets = Math.Clamp(_bucket - _firstBucket, 1, Buckets);
        return _total * 8 * Buckets / buckets;
    }

    private void Advance(long nowUs)
    {
        var bucket = nowUs / BucketUs;
        if (_firstBucket == 0) _firstBucket = _bucket = bucket;
        if (bucket - _bucket >= Buckets)
        {
            Array.Clear(_bytes);
            (_total, _bucket) = (0, bucket);
        }
        while (_bucket < bucket)
        {
            var next = ++_bucket % Buckets;
            _total -= _bytes[next];
            _bytes[next] = 0;
        }
    }
}
