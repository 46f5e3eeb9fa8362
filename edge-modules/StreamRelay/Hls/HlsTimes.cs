namespace Marquee.StreamRelay.Hls;

/// <summary>The lengths that playlists promise, and the bounds of what is kept.</summary>
internal static class HlsTimes
{
    /// <summary>PART-TARGET: no part is longer. A whole number of frames comes within 85 % of it at every usual frame rate.</summary>
    public static readonly TimeSpan PartTarget = TimeSpan.FromMilliseconds(350);

    /// <summary>Rounding that a part may be longer or shorter by.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    /// <summary>A segment ends at the first key frame after this.</summary>
    public static readonly TimeSpan SegmentLength = TimeSpan.FromMilliseconds(1950);

    /// <summary>TARGETDURATION: a segment ends before this, key frame or not.</summary>
    public static readonly TimeSpan TargetDuration = TimeSpan.FromSeconds(4);

    /// <summary>A publisher that sends key frames only when asked (browsers) is asked for one after this.</summary>
    public static readonly TimeSpan AskForKeyAfter = TimeSpan.FromMilliseconds(1900);

    /// <summary>PART-HOLD-BACK: at least three part targets.</summary>
    public static readonly TimeSpan PartHoldBack = TimeSpan.FromMilliseconds(1100);

    /// <summary>HOLD-BACK: at least three target durations.</summary>
    public static readonly TimeSpan HoldBack = TimeSpan.FromSeconds(12);

    /// <summary>Whole segments in a playlist.</summary>
    public const int ListedSegments = 8;

    /// <summary>Whole segments kept behind those, for who loads a playlist and is slow.</summary>
    public const int UnlistedSegments = 4;

    /// <summary>Whole segments whose parts are listed as well: three target durations at least.</summary>
    public const int SegmentsWithParts = 3;

    /// <summary>Bytes kept of a stream, whatever the number of segments; the oldest go first.</summary>
    public const long MaxBytes = 96L << 20;

    /// <summary>How long a request waits for what is to come: three target durations.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(12);

    /// <summary>Without a request for this long the stream is no longer cut.</summary>
    public static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(30);
}
