using System.Globalization;

namespace Marquee.StreamRelay.Sdp;

/// <summary>The H.264 profiles that a <c>profile-level-id</c> stands for (RFC 6184 table 5).</summary>
internal enum H264ProfileKind
{
    ConstrainedBaseline,
    Baseline,
    Main,
    ConstrainedHigh,
    High,
    High444,
}

/// <summary>Reads <c>profile-level-id</c>: three bytes in hexadecimal, profile_idc, constraint flags and level.</summary>
internal static class H264Profile
{
    /// <summary>The profile; null when the value names none that is known. Absent means baseline (RFC 6184 section 8.1).</summary>
    public static H264ProfileKind? Parse(string? profileLevelId)
    {
        if (profileLevelId is null) return H264ProfileKind.Baseline;
        if (profileLevelId.Length != 6
            || !uint.TryParse(profileLevelId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return null;
        var (profile, constraints) = ((value >> 16) & 0xFF, (value >> 8) & 0xFF);
        return profile switch
        {
            0x42 => (constraints & 0x40) != 0 ? H264ProfileKind.ConstrainedBaseline : H264ProfileKind.Baseline,
            0x4D => (constraints & 0x80) != 0 ? H264ProfileKind.ConstrainedBaseline : H264ProfileKind.Main,
            0x58 when (constraints & 0xC0) == 0xC0 => H264ProfileKind.ConstrainedBaseline,
            0x58 when (constraints & 0x80) != 0 => H264ProfileKind.Baseline,
            0xF4 => H264ProfileKind.High444,
            0x64 => (constraints & 0x0C) == 0x0C ? H264ProfileKind.ConstrainedHigh : H264ProfileKind.High,
            _ => null,
        };
    }

    /// <summary>
    /// True when a decoder of one profile plays a stream of another. Baseline counts as constrained: what it has beyond that (slice groups,
    /// arbitrary slice order) no live encoder uses, and Chromium offers it first.
    /// </summary>
    public static bool Decodes(H264ProfileKind decoder, H264ProfileKind stream) => stream switch
    {
        H264ProfileKind.ConstrainedBaseline or H264ProfileKind.Baseline => true,
        H264ProfileKind.Main => decoder is H264ProfileKind.Main or H264ProfileKind.High or H264ProfileKind.High444,
        H264ProfileKind.ConstrainedHigh => decoder is H264ProfileKind.ConstrainedHigh or H264ProfileKind.High or H264ProfileKind.High444,
        H264ProfileKind.High => decoder is H264ProfileKind.High or H264ProfileKind.High444,
        _ => decoder == stream,
    };
}
