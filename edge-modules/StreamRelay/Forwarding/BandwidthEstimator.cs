using Marquee.StreamRelay.Rtcp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// What can be sent to a viewer: from transport-wide feedback (delay and loss), else from REMB, else from the loss in receiver reports.
/// </summary>
internal sealed class BandwidthEstimator
{
    /// <summary>What a viewer is taken for before it has told anything.</summary>
    public const long StartBitsPerSecond = 4_000_000;

    private const long MinBitsPerSecond = 100_000;
    private const long MaxBitsPerSecond = 100_000_000;
    private const double Decrease = 0.85;
    private const double IncreasePerSecond = 0.08;
    private const double HighLoss = 0.10;
    private const double LowLoss = 0.02;
    private const long CongestedUs = 1_000_000;
    private const long RembUs = 5_000_000;
    private const long LossIntervalUs = 500_000;

    private readonly DelayTrend _trend = new();
    private readonly RateMeter _acknowledged = new();
    private double _estimate = StartBitsPerSecond;
    private long _remb;
    private long _rembUs;
    private long _updatedUs;
    private long _congestedUs;
    private long _decreasedUs;
    private long _lossUs;
    private int _lost;
    private int _seen;

    /// <summary>True once the viewer has told anything.</summary>
    public bool HasEvidence { get; private set; }

    /// <summary>The share of packets that was lost lately, 0 to 1.</summary>
    public double Loss { get; private set; }

    public long BitsPerSecond(long nowUs)
    {
        var estimate = (long)_estimate;
        return _rembUs != 0 && nowUs - _rembUs < RembUs ? Math.Min(estimate, _remb) : estimate;
    }

    /// <summary>Whether a queue or loss was seen in the last second.</summary>
    public bool IsCongested(long nowUs) => _congestedUs != 0 && nowUs - _congestedUs < CongestedUs;

    public void OnTransportFeedback(in TransportFeedback feedback, SentPackets sent, long nowUs)
    {
        foreach (var packet in feedback)
        {
            if (!sent.TryTake(packet.Sequence, out var sentUs, out var bytes)) continue;
            _seen++;
            if (!packet.Received)
            {
                _lost++;
                continue;
            }
            _acknowledged.Add(bytes, nowUs);
            _trend.Add(sentUs, packet.ArrivalUs);
        }
        HasEvidence = true;
        if (nowUs - _lossUs >= LossIntervalUs && _seen > 0)
        {
            OnLoss((double)_lost / _seen, _acknowledged.BitsPerSecond(nowUs), nowUs);
            (_lost, _seen, _lossUs) = (0, 0, nowUs);
        }
        Update(nowUs);
    }

    /// <param name="fractionLost">Of 256, as in a report block.</param>
    /// <param name="flowingBitsPerSecond">What is sent to the viewer now.</param>
    /// <param name="nowUs">Now.</param>
    public void OnReport(byte fractionLost, long flowingBitsPerSecond, long nowUs)
    {
        HasEvidence = true;
        OnLoss(fractionLost / 256.0, flowingBitsPerSecond, nowUs);
    }

    public void OnMaxBitrate(long bitsPerSecond, long nowUs)
    {
        HasEvidence = true;
        // A receiver lowers it when it sees a queue; that it is low at the start means only that little was sent.
        if (_remb != 0 && bitsPerSecond < _remb * 0.95) _congestedUs = nowUs;
        (_remb, _rembUs) = (Math.Max(bitsPerSecond, MinBitsPerSecond), nowUs);
    }

    private void OnLoss(double loss, long flowing, long nowUs)
    {
        Loss = loss;
        if (loss > HighLoss)
        {
            _congestedUs = nowUs;
            _estimate = Math.Max(MinBitsPerSecond, Math.Min(_estimate, flowing) * (1 - (0.5 * loss)));
        }
        else if (loss < LowLoss)
        {
            // What flows without loss can be taken.
            _estimate = Math.Min(MaxBitsPerSecond, Math.Max(_estimate * 1.02, flowing));
        }
    }

    private void Update(long nowUs)
    {
        var acknowledged = _acknowledged.BitsPerSecond(nowUs);
        var elapsed = _updatedUs == 0 ? 0 : Math.Min(1.0, (nowUs - _updatedUs) / 1e6);
        _updatedUs = nowUs;
        if (_trend.IsOverused)
        {
            _congestedUs = nowUs;
            if (nowUs - _decreasedUs < 200_000) return; // a decrease needs a round trip to show
            _decreasedUs = nowUs;
            _estimate = Math.Max(MinBitsPerSecond, Math.Min(_estimate, acknowledged * Decrease));
        }
        else if (!_trend.IsUnderused && Loss < HighLoss)
        {
            // What was never sent was never tried: the estimate does not run far ahead of what arrives.
            var limit = Math.Max(StartBitsPerSecond, acknowledged * 1.5);
            if (_estimate < limit) _estimate = Math.Min(Math.Min(limit, MaxBitsPerSecond), _estimate * (1 + (IncreasePerSecond * elapsed)));
        }
    }
}
