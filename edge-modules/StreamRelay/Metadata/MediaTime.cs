using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Metadata;

/// <summary>The media clock's moments as Unix milliseconds, which is how metadata names them.</summary>
internal static class MediaTime
{
    /// <summary>From 1900, where NTP starts, to 1970.</summary>
    private const long NtpToUnixSeconds = 2_208_988_800;

    public static long UnixMilliseconds(MediaClock clock, long us) =>
        (clock.NtpAt(us).ToMicroseconds() / 1000) - (NtpToUnixSeconds * 1000);

    /// <summary>In the media clock's microseconds.</summary>
    public static long Microseconds(MediaClock clock, long unixMilliseconds) =>
        clock.FromNtp(NtpTime.FromMicroseconds((unixMilliseconds + (NtpToUnixSeconds * 1000)) * 1000));
}
