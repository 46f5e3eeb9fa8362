namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// When the frames of a source were captured, in the relay's time: from the source's sender reports, and until the first of them from the
/// arrival of its first packet.
/// </summary>
internal sealed class TrackClock(int clockRate)
{
    private const int AdvanceAfterSeconds = 60;

    private uint _rtp;
    private long _us;

    public int ClockRate { get; } = clockRate;
    public bool IsSet { get; private set; }
    public bool IsFromSenderReport { get; private set; }

    /// <summary>
    /// Takes a packet: it anchors a clock that is not set, and keeps the anchor near enough that differences do not wrap.
    /// </summary>
    public void OnPacket(uint rtp, long nowUs)
    {
        if (!IsSet) (_rtp, _us, IsSet) = (rtp, nowUs, true);
        else if ((int)(rtp - _rtp) > AdvanceAfterSeconds * ClockRate) (_us, _rtp) = (ToUs(rtp), rtp);
    }

    public void OnSenderReport(uint rtp, long us) => (_rtp, _us, IsSet, IsFromSenderReport) = (rtp, us, true, true);

    public long ToUs(uint rtp) => _us + ((long)(int)(rtp - _rtp) * 1_000_000 / ClockRate);

    public uint RtpAt(long us) => _rtp + (uint)((us - _us) * ClockRate / 1_000_000);
}
