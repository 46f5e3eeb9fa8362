namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>How long media takes on a link: a moving mean and its mean deviation (the jitter), in microseconds.</summary>
internal sealed class DelayMeter
{
    private const int MeanShare = 8;
    private const int JitterShare = 16;

    private long _mean8;
    private long _jitter16;

    public bool IsSet { get; private set; }
    public long MeanUs => _mean8 / MeanShare;
    public long JitterUs => _jitter16 / JitterShare;

    public void Add(long us)
    {
        if (!IsSet)
        {
            (_mean8, _jitter16, IsSet) = (us * MeanShare, 0, true);
            return;
        }
        _jitter16 += Math.Abs(us - MeanUs) - JitterUs;
        _mean8 += us - MeanUs;
    }

    public void Reset() => IsSet = false;
}
