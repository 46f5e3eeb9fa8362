namespace Marquee.StreamRelay.Rtp;

/// <summary>NTP timestamps: seconds since 1900 in 32.32 fixed point (RFC 3550 section 4).</summary>
internal readonly record struct NtpTime(ulong Value)
{
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The middle 32 bits, as they appear in report blocks: 1/65536 s.</summary>
    public uint Middle => (uint)(Value >> 16);

    public static NtpTime From(DateTimeOffset time) => FromMicroseconds((time - Epoch).Ticks / (TimeSpan.TicksPerMillisecond / 1000));

    public DateTimeOffset ToUtc() => Epoch.AddMicroseconds(ToMicroseconds());

    /// <param name="microseconds">Microseconds since 1900.</param>
    public static NtpTime FromMicroseconds(long microseconds)
    {
        var (seconds, rest) = long.DivRem(microseconds, 1_000_000);
        return new NtpTime(((ulong)(uint)seconds << 32) | (((ulong)rest << 32) / 1_000_000));
    }

    /// <summary>Microseconds since 1900, rounded to the nearest.</summary>
    public long ToMicroseconds() => ((long)(Value >> 32) * 1_000_000) + (long)((((Value & 0xFFFFFFFF) * 1_000_000) + 0x8000_0000) >> 32);
}
