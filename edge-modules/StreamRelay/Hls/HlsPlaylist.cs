using System.Globalization;
using System.Text;

namespace Marquee.StreamRelay.Hls;

/// <summary>Writes playlists (RFC 8216bis).</summary>
internal static class HlsPlaylist
{
    public const string MediaType = "application/vnd.apple.mpegurl";

    /// <summary>Peak over average, for a stream whose rate is only measured.</summary>
    private const double PeakFactor = 1.5;

    /// <summary>The multivariant playlist: one rendition, with what a player must know before it fetches anything.</summary>
    public static string Multivariant(HlsSnapshot snapshot, string mediaUri)
    {
        var segment = snapshot.Segments[^1];
        var format = (snapshot.Maps.Find(m => m.Number == segment.Map) ?? snapshot.Maps[^1]).Format;
        var seconds = Math.Max(0.1, snapshot.Segments.Sum(s => s.Duration.TotalSeconds));
        var average = (long)Math.Ceiling(snapshot.Segments.Sum(s => s.Bytes) * 8 / seconds);
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:9\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={(long)(average * PeakFactor)},AVERAGE-BANDWIDTH={average}");
        text.Append(CultureInfo.InvariantCulture, $",CODECS=\"{format.Codecs}\"");
        if (format.Video is { } video) text.Append(CultureInfo.InvariantCulture, $",RESOLUTION={video.Width}x{video.Height}");
        return text.Append('\n').Append(mediaUri).Append('\n').ToString();
    }

    /// <summary>The media playlist, with parts near its end and a hint at the next.</summary>
    public static string Media(HlsSnapshot snapshot, HlsNames names)
    {
        var listed = snapshot.Segments.Skip(snapshot.Unlisted).ToList();
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:9\n");
        Line(text, $"#EXT-X-TARGETDURATION:{(int)HlsTimes.TargetDuration.TotalSeconds}");
        var (partHoldBack, holdBack) = (Seconds(HlsTimes.PartHoldBack), Seconds(HlsTimes.HoldBack));
        Line(text, $"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={partHoldBack},HOLD-BACK={holdBack}");
        Line(text, $"#EXT-X-PART-INF:PART-TARGET={Seconds(HlsTimes.PartTarget + HlsTimes.Tolerance)}");
        Line(text, $"#EXT-X-MEDIA-SEQUENCE:{(listed.Count > 0 ? listed[0].Sequence : 0)}");
        Line(text, $"#EXT-X-DISCONTINUITY-SEQUENCE:{snapshot.DiscontinuitiesBefore}");
        int? map = null;
        for (var i = 0; i < listed.Count; i++)
        {
            var segment = listed[i];
            if (segment.IsDiscontinuous) Line(text, $"#EXT-X-DISCONTINUITY");
            if (map != segment.Map) Line(text, $"#EXT-X-MAP:URI=\"{names.Map((map = segment.Map).Value)}\"");
            Line(text, $"#EXT-X-PROGRAM-DATE-TIME:{segment.StartedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}");
            // In the last segments only: a player that joins low does so near the end.
            if (i >= listed.Count - 1 - HlsTimes.SegmentsWithParts) Parts(text, segment, names);
            if (!segment.IsComplete) continue;
            Line(text, $"#EXTINF:{Seconds(segment.Duration)},");
            Line(text, $"{names.Segment(segment.Sequence)}");
        }
        if (snapshot.HasEnded) return text.Append("#EXT-X-ENDLIST\n").ToString();
        var (sequence, part) = snapshot.Next;
        Line(text, $"#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{names.Part(sequence, part)}\"");
        return text.ToString();
    }

    private static void Parts(StringBuilder text, HlsSegment segment, HlsNames names)
    {
        foreach (var part in segment.Parts)
        {
            var independent = part.IsIndependent ? ",INDEPENDENT=YES" : "";
            Line(text, $"#EXT-X-PART:DURATION={Seconds(part.Duration)},URI=\"{names.Part(segment.Sequence, part.Index)}\"{independent}");
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000##", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
