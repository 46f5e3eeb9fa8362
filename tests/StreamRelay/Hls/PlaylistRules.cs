using System.Globalization;
using System.Text.RegularExpressions;

namespace Marquee.StreamRelay.Tests.Hls;

/// <summary>
/// Judges a live media playlist, and each against the one before it, by the rules of RFC 8216bis: sections 4.4 (tags), 6.2 (server).
/// </summary>
internal sealed partial class PlaylistRules
{
    private readonly Dictionary<long, (string Uri, double Duration)> _segments = [];
    private readonly Dictionary<string, double> _parts = [];
    private string? _hint;
    private long _sequence;

    /// <summary>Different segments that were seen.</summary>
    public int Segments => _segments.Count;

    public int Parts => _parts.Count;

    public void Check(string playlist)
    {
        var lines = playlist.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("#EXTM3U", lines[0]);
        Assert.True(Number(lines, "#EXT-X-VERSION:") >= 9, "parts need version 9");
        var target = Number(lines, "#EXT-X-TARGETDURATION:");
        var control = lines.Single(l => l.StartsWith("#EXT-X-SERVER-CONTROL:", StringComparison.Ordinal));
        Assert.Contains("CAN-BLOCK-RELOAD=YES", control, StringComparison.Ordinal);
        var partTarget = Attribute(lines.Single(l => l.StartsWith("#EXT-X-PART-INF:", StringComparison.Ordinal)), "PART-TARGET");
        Assert.True(Attribute(control, "PART-HOLD-BACK") >= 3 * partTarget, "4.4.3.8: at least three part targets");
        Assert.True(Attribute(control, "HOLD-BACK") >= 3 * target, "4.4.3.8: at least three target durations");
        var sequence = (long)Number(lines, "#EXT-X-MEDIA-SEQUENCE:");
        Assert.True(sequence >= _sequence, "6.2.2: it never decreases");
        _sequence = sequence;
        var mapOrSegment = lines.First(l => l.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal) || !l.StartsWith('#'));
        Assert.StartsWith("#EXT-X-MAP:", mapOrSegment, StringComparison.Ordinal);

        var parts = new List<(string Uri, double Duration)>();
        var (inf, listedParts, hasDate) = (-1.0, 0, false);
        foreach (var line in lines)
        {
            if (line.StartsWith("#EXT-X-PROGRAM-DATE-TIME:", StringComparison.Ordinal)) hasDate = true;
            if (line.StartsWith("#EXT-X-PART:", StringComparison.Ordinal)) parts.Add((Text(line, "URI"), Attribute(line, "DURATION")));
            if (line.StartsWith("#EXTINF:", StringComparison.Ordinal)) inf = double.Parse(line[8..].TrimEnd(','), CultureInfo.InvariantCulture);
            if (line.StartsWith('#')) continue;
            Assert.True(inf >= 0, "4.4.4.1: a segment has a duration");
            Assert.True(Math.Round(inf) <= target, "4.4.3.1: rounded, it is at most the target");
            Assert.True(hasDate);
            Segment(sequence++, line, inf);
            if (parts.Count > 0) Assert.Equal(inf, parts.Sum(p => p.Duration), 3);
            listedParts += PartsOf(parts, partTarget, isComplete: true);
            (inf, hasDate) = (-1, false);
        }
        listedParts += PartsOf(parts, partTarget, isComplete: false);
        Assert.True(listedParts > 0);
        var hint = lines.SingleOrDefault(l => l.StartsWith("#EXT-X-PRELOAD-HINT:", StringComparison.Ordinal));
        Assert.NotNull(hint);
        Assert.Contains("TYPE=PART", hint, StringComparison.Ordinal);
        Assert.DoesNotContain(Text(hint, "URI"), _parts.Keys);
        _hint = Text(hint, "URI");
    }

    private int PartsOf(List<(string Uri, double Duration)> parts, double partTarget, bool isComplete)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            Assert.True(parts[i].Duration <= partTarget, $"4.4.4.9: at most the part target: {parts[i].Duration}");
            if (!isComplete || i < parts.Count - 1)
            {
                // 4.4.3.7: but for a segment's last; which of a running segment is its last is not known yet.
                if (i < parts.Count - 1) Assert.True(parts[i].Duration >= 0.85 * partTarget, $"4.4.3.7: at least 85 % of it: {parts[i].Duration}");
            }
            if (_parts.TryGetValue(parts[i].Uri, out var known)) Assert.Equal(known, parts[i].Duration);
            else if (_parts.Count > 0 && _hint is not null && i == parts.Count - 1 && !isComplete) Assert.Equal(_hint, parts[i].Uri);
            _parts[parts[i].Uri] = parts[i].Duration;
        }
        var count = parts.Count;
        parts.Clear();
        return count;
    }

    private void Segment(long sequence, string uri, double duration)
    {
        if (_segments.TryGetValue(sequence, out var known)) Assert.Equal(known, (uri, duration)); // 6.2.1: what was listed does not change
        else Assert.True(_segments.Count == 0 || _segments.Keys.Max() == sequence - 1, "6.2.1: one after the other");
        _segments[sequence] = (uri, duration);
    }

    private static double Number(string[] lines, string tag) =>
        double.Parse(lines.Single(l => l.StartsWith(tag, StringComparison.Ordinal))[tag.Length..], CultureInfo.InvariantCulture);

    private static double Attribute(string line, string name) => double.Parse(
        line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',')
            .Single(a => a.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..],
        CultureInfo.InvariantCulture);

    private static string Text(string line, string name) => Quoted().Matches(line).Single(m => m.Groups[1].Value == name).Groups[2].Value;

    [GeneratedRegex("([A-Z-]+)=\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
