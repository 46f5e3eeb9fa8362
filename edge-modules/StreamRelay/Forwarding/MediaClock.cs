using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>The loop's time in microseconds, and the same moments as NTP timestamps.</summary>
internal sealed class MediaClock
{
    // Time starts at one hour, so that 0 can stand for "never" and moments before the start stay positive.
    private const long StartUs = 3_600_000_000;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _originNtpUs;

    public MediaClock(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _originNtpUs = NtpTime.From(time.GetUtcNow()).ToMicroseconds();
    }

    /// <summary>Now, as <see cref="TimeProvider.GetTimestamp"/> gives it.</summary>
    public long Timestamp => _time.GetTimestamp();

    /// <param name="timestamp">As <see cref="TimeProvider.GetTimestamp"/> gives it.</param>
    public long ToMicroseconds(long timestamp)
    {
        var frequency = _time.TimestampFrequency;
        var elapsed = timestamp - _origin;
        return StartUs + (frequency % 1_000_000 == 0 ? elapsed / (frequency / 1_000_000) : (long)((Int128)elapsed * 1_000_000 / frequency));
    }

    public DateTimeOffset UtcAt(long us) => NtpAt(us).ToUtc();

    public NtpTime NtpAt(long us) => NtpTime.FromMicroseconds(_originNtpUs + (us - StartUs));

    /// <summary>The moment of an NTP timestamp that was taken from this clock, or from another that agrees with it.</summary>
    public long FromNtp(NtpTime time) => time.ToMicroseconds() - _originNtpUs + StartUs;
}
