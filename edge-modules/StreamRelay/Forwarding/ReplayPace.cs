namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Time run fast: the frames since the last key frame are sent, and stamped, closer together than they were captured, so that a new viewer
/// decodes them in a fraction of a second and is then level with the live picture, no later than everybody else.
/// </summary>
/// <remarks>
/// The frames from the key frame to those that are live when the replay ends span <c>span</c> ticks and are squeezed into the last
/// <c>duration</c> ticks of it. A frame is always captured before it is due.
/// </remarks>
internal readonly record struct ReplayPace(uint EndTimestamp, long EndUs, long Duration, long Span, int ClockRate)
{
    private const long MinDurationUs = 100_000;
    private const long MaxDurationUs = 1_000_000;

    /// <summary>A viewer takes a replay at four times the stream's rate, but at least at this.</summary>
    private const long MinBurstBitsPerSecond = 8_000_000;

    public bool IsActive => Span > 0;

    /// <param name="first">Timestamp of the key frame.</param>
    /// <param name="newest">Timestamp of the newest frame.</param>
    /// <param name="bitsPerSecond">Rate of the stream.</param>
    /// <param name="clockRate">Of the timestamps.</param>
    /// <param name="nowUs">When the replay starts.</param>
    public static ReplayPace From(uint first, uint newest, long bitsPerSecond, int clockRate, long nowUs)
    {
        var past = (long)(int)(newest - first);
        if (past <= 0) return default;
        var durationUs = (long)((double)past / clockRate * bitsPerSecond / Math.Max(4 * bitsPerSecond, MinBurstBitsPerSecond) * 1_000_000);
        durationUs = Math.Clamp(durationUs, MinDurationUs, MaxDurationUs);
        var duration = durationUs * clockRate / 1_000_000;
        return new ReplayPace(newest + (uint)duration, nowUs + (duration * 1_000_000 / clockRate), duration, past + duration, clockRate);
    }

    /// <summary>The timestamp under which a frame goes out, before the viewer's offset.</summary>
    public uint Map(uint timestamp) => Left(timestamp) is var left and > 0 ? EndTimestamp - (uint)(left * Duration / Span) : timestamp;

    /// <summary>When a frame is due.</summary>
    public long DueUs(uint timestamp) =>
        Left(timestamp) is var left and > 0 ? EndUs - (left * Duration / Span * 1_000_000 / ClockRate) : EndUs;

    private long Left(uint timestamp) => IsActive ? (int)(EndTimestamp - timestamp) : 0;
}
