namespace Marquee.StreamRelay.Capture;

/// <summary>
/// Gives a track's samples their times: even steps from the RTP timestamps, which follow the source's clock gently, so that picture and
/// sound stay together and no sample jumps because a report came.
/// </summary>
internal sealed class SampleClock(int clockRate)
{
    /// <summary>How far a sample is moved towards the source's clock at the most.</summary>
    public const long MaxSlewUs = 200;

    /// <summary>A difference beyond this is not slewed: the source began anew.</summary>
    public const long MaxDriftUs = 200_000;

    private uint _timestamp;
    private long _us;
    private bool _isSet;

    /// <param name="timestamp">The sample's RTP timestamp; differences wrap.</param>
    /// <param name="captureUs">When it was captured as far as is known now.</param>
    public long TimeOf(uint timestamp, long captureUs)
    {
        var us = _us + ((long)(int)(timestamp - _timestamp) * 1_000_000 / clockRate);
        if (!_isSet || Math.Abs(captureUs - us) > MaxDriftUs) us = captureUs;
        else us += Math.Clamp(captureUs - us, -MaxSlewUs, MaxSlewUs);
        (_timestamp, _us, _isSet) = (timestamp, us, true);
        return us;
    }
}
