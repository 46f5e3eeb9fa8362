namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Lets a viewer that cannot take even the least layer have what it can: a bucket that fills at its rate. When it is empty, video pauses to
/// the next key frame; sound goes on. A viewer that shows no sign of congestion is never held back.
/// </summary>
internal sealed class SlowViewer
{
    /// <summary>How many seconds of the viewer's rate the bucket holds.</summary>
    private const double DepthSeconds = 1;

    /// <summary>Fuller than this, video goes on.</summary>
    private const double ResumeShare = 0.5;

    private long _bitsPerSecond;
    private double _bits;
    private long _filledUs;

    /// <summary>True while the viewer is held back.</summary>
    public bool IsLimited { get; private set; }

    public long Pauses { get; private set; }

    public void Update(BandwidthEstimator estimator, long streamBitsPerSecond, long nowUs)
    {
        var estimate = estimator.BitsPerSecond(nowUs);
        if (!IsLimited && estimator.IsCongested(nowUs) && estimate < streamBitsPerSecond / 2)
            (IsLimited, _bits, _filledUs) = (true, estimate * DepthSeconds, nowUs);
        else if (IsLimited && estimate > streamBitsPerSecond)
            IsLimited = false;
        _bitsPerSecond = estimate;
    }

    public bool MayPass(int bytes, long nowUs)
    {
        if (!IsLimited) return true;
        Fill(nowUs);
        _bits -= bytes * 8;
        if (_bits > 0) return true;
        Pauses++;
        return false;
    }

    public bool MayResume(long nowUs)
    {
        if (!IsLimited) return true;
        Fill(nowUs);
        return _bits >= _bitsPerSecond * DepthSeconds * ResumeShare;
    }

    private void Fill(long nowUs)
    {
        _bits = Math.Min(_bitsPerSecond * DepthSeconds, _bits + ((nowUs - _filledUs) * _bitsPerSecond / 1e6));
        _filledUs = nowUs;
    }
}
