namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>Round trips of one link: a moving mean, and the least of the last ten seconds or so.</summary>
internal sealed class RoundTrips
{
    private const long BucketUs = 5_000_000;

    private long _mean8;
    private long _leastNow = long.MaxValue;
    private long _leastBefore = long.MaxValue;
    private long _bucketEndsUs;

    public bool IsSet { get; private set; }
    public long MeanUs => _mean8 / 8;
    public long LeastUs => Math.Min(_leastNow, _leastBefore);

    public void Add(long us, long nowUs)
    {
        if (nowUs >= _bucketEndsUs)
        {
            _leastBefore = nowUs < _bucketEndsUs + BucketUs ? _leastNow : long.MaxValue;
            (_leastNow, _bucketEndsUs) = (long.MaxValue, nowUs + BucketUs);
        }
        _leastNow = Math.Min(_leastNow, us);
        _mean8 = IsSet ? _mean8 + us - MeanUs : us * 8;
        IsSet = true;
    }
}
