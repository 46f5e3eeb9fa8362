namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Counts a video source's freezes as WebRTC's statistics define them: a frame that comes later than three mean intervals, and at least
/// 150 ms later than the mean.
/// </summary>
internal struct FrameCadence
{
    private const long LeastUs = 150_000;
    private const int Settling = 5;
    private const int Smoothing = 16;

    private uint _timestamp;
    private long _frameUs;
    private long _meanUs;

    public long Frames { get; private set; }
    public long Freezes { get; private set; }
    public long FrozenUs { get; private set; }

    public void OnPacket(uint timestamp, long nowUs)
    {
        if (Frames > 0 && (int)(timestamp - _timestamp) <= 0) return;
        var interval = nowUs - _frameUs;
        (_timestamp, _frameUs) = (timestamp, nowUs);
        if (++Frames == 1) return;
        if (Frames > Settling && interval > Math.Max(3 * _meanUs, _meanUs + LeastUs))
        {
            Freezes++;
            FrozenUs += interval - _meanUs;
            return; // it says nothing of the source's rhythm
        }
        _meanUs = Frames == 2 ? interval : _meanUs + ((interval - _meanUs) / Smoothing);
    }
}
