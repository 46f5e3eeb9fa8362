namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Whether a queue builds up on the way to a viewer: the trend of the one-way delay over the last groups of packets
/// (draft-ietf-rmcat-gcc-02 section 5, with the trend line of Chromium in place of the Kalman filter).
/// </summary>
internal sealed class DelayTrend
{
    private const int Window = 20;
    private const long GroupUs = 5_000;
    private const double Smoothing = 0.9;
    private const double Gain = 4;
    private const int MaxDeltas = 60;
    private const double ThresholdStart = 12.5; // ms
    private const double ThresholdUp = 0.0087;
    private const double ThresholdDown = 0.039;
    private const double OveruseMs = 10;

    private readonly (double ArrivalMs, double DelayMs)[] _points = new (double, double)[Window];
    private int _count;
    private int _deltas;
    private long _groupSentUs;
    private long _groupLastSentUs;
    private long _groupArrivalUs;
    private long _beforeSentUs;
    private long _beforeArrivalUs;
    private long _firstArrivalUs;
    private double _accumulated;
    private double _smoothed;
    private double _threshold = ThresholdStart;
    private double _overusingMs;
    private double _trendBefore;

    /// <summary>True while the delay grows faster than chance explains.</summary>
    public bool IsOverused { get; private set; }

    /// <summary>True while the queue drains.</summary>
    public bool IsUnderused { get; private set; }

    /// <summary>Takes an acknowledged packet, in the order of sending.</summary>
    public void Add(long sentUs, long arrivalUs)
    {
        if (_groupSentUs != 0 && sentUs - _groupSentUs <= GroupUs)
        {
            (_groupLastSentUs, _groupArrivalUs) = (sentUs, Math.Max(_groupArrivalUs, arrivalUs));
            return;
        }
        if (_beforeSentUs != 0)
            Update((_groupLastSentUs - _beforeSentUs) / 1000.0, (_groupArrivalUs - _beforeArrivalUs) / 1000.0, _groupArrivalUs);
        if (_groupSentUs != 0) (_beforeSentUs, _beforeArrivalUs) = (_groupLastSentUs, _groupArrivalUs);
        (_groupSentUs, _groupLastSentUs, _groupArrivalUs) = (sentUs, sentUs, arrivalUs);
    }

    private void Update(double sentMs, double arrivalMs, long arrivalUs)
    {
        // The receiver's clock jumped, or the path fell silent: nothing can be said across that.
        if (Math.Abs(arrivalMs) > 3000)
        {
            (_count, _deltas, _accumulated, _smoothed, _firstArrivalUs) = (0, 0, 0, 0, 0);
            return;
        }
        if (_firstArrivalUs == 0) _firstArrivalUs = arrivalUs;
        _accumulated += arrivalMs - sentMs;
        _smoothed = (Smoothing * _smoothed) + ((1 - Smoothing) * _accumulated);
        if (_count == Window) Array.Copy(_points, 1, _points, 0, --_count);
        _points[_count++] = ((arrivalUs - _firstArrivalUs) / 1000.0, _smoothed);
        _deltas = Math.Min(_deltas + 1, MaxDeltas);
        if (_count == Window) Judge(Slope() * _deltas * Gain, sentMs);
    }

    private double Slope()
    {
        double sumX = 0, sumY = 0;
        for (var i = 0; i < _count; i++)
        {
            sumX += _points[i].ArrivalMs;
            sumY += _points[i].DelayMs;
        }
        var (meanX, meanY) = (sumX / _count, sumY / _count);
        double numerator = 0, denominator = 0;
        for (var i = 0; i < _count; i++)
        {
            var x = _points[i].ArrivalMs - meanX;
            numerator += x * (_points[i].DelayMs - meanY);
            denominator += x * x;
        }
        return denominator == 0 ? 0 : numerator / denominator;
    }

    private void Judge(double trend, double elapsedMs)
    {
        if (trend > _threshold)
        {
            _overusingMs += elapsedMs;
            if (_overusingMs > OveruseMs && trend >= _trendBefore) IsOverused = true;
        }
        else
        {
            (_overusingMs, IsOverused) = (0, false);
        }
        IsUnderused = trend < -_threshold;
        _trendBefore = trend;
        // The threshold follows the trend, so that a rival flow with a queue of its own does not starve this one.
        var distance = Math.Abs(trend) - _threshold;
        if (distance > 15) return;
        _threshold = Math.Clamp(_threshold + ((distance < 0 ? ThresholdDown : ThresholdUp) * distance * Math.Min(elapsedMs, 100)), 6, 600);
    }
}
