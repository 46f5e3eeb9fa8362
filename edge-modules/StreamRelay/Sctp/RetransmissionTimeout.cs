namespace Marquee.StreamRelay.Sctp;

/// <summary>Round trips and the time-out that follows from them (RFC 9260 6.3.1).</summary>
internal sealed class RetransmissionTimeout
{
    private readonly long _minUs;
    private readonly long _maxUs;
    private long _variationUs;

    public RetransmissionTimeout(SctpSettings settings)
    {
        (_minUs, _maxUs) = ((long)settings.MinRto.TotalMicroseconds, (long)settings.MaxRto.TotalMicroseconds);
        CurrentUs = (long)settings.InitialRto.TotalMicroseconds;
    }

    public long CurrentUs { get; private set; }

    /// <summary>Smoothed; 0 before the first measurement.</summary>
    public long RoundTripUs { get; private set; }

    public void OnRoundTrip(long us)
    {
        us = Math.Max(1, us);
        if (RoundTripUs == 0)
        {
            (RoundTripUs, _variationUs) = (us, us / 2);
        }
        else
        {
            _variationUs = ((3 * _variationUs) + Math.Abs(RoundTripUs - us)) / 4;
            RoundTripUs = ((7 * RoundTripUs) + us) / 8;
        }
        CurrentUs = Math.Clamp(RoundTripUs + (4 * _variationUs), _minUs, _maxUs);
    }

    /// <summary>It ran out: the next is twice as long.</summary>
    public void BackOff() => CurrentUs = Math.Min(_maxUs, CurrentUs * 2);
}
