using System.Globalization;

namespace Marquee.StreamRelay.Sdp;

/// <summary>
/// Reads the sources that a publisher's section announces: SSRCs with their retransmissions, simulcast layers, extension ids.
/// </summary>
internal static class OfferedSources
{
    public const int MaxLayers = 4;

    /// <summary>
    /// The media SSRCs in their order, or in that of a SIM group where there is one, each with the RTX source that an FID group gives it.
    /// </summary>
    public static List<SsrcPlan> Ssrcs(MediaDescription media)
    {
        var order = new List<uint>();
        var retransmissions = new Dictionary<uint, uint>();
        foreach (var group in media.All("ssrc-group"))
        {
            var parts = group.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var sources = parts.Skip(1).Select(Number).ToList();
            if (parts is ["FID", _, _] && sources is [{ } media1, { } rtx]) retransmissions[media1] = rtx;
            if (parts is ["SIM", ..]) order.AddRange(sources.OfType<uint>());
        }
        foreach (var line in media.All("ssrc"))
        {
            if (Number(line.Split(' ', 2)[0]) is { } ssrc && !order.Contains(ssrc)) order.Add(ssrc);
        }
        return [.. order.Where(s => s != 0 && !retransmissions.ContainsValue(s)).Take(MaxLayers)
            .Select(s => new SsrcPlan(s, retransmissions.GetValueOrDefault(s)))];
    }

    /// <summary>The layers that <c>a=simulcast:send</c> lists (RFC 8853): the first of alternatives, also when it starts paused.</summary>
    public static List<string> Rids(MediaDescription media)
    {
        var announced = media.All("rid").Select(r => r.Split(' '))
            .Where(p => p.Length >= 2 && p[1] == "send")
            .Select(p => p[0])
            .ToHashSet();
        var parts = (media.Find("simulcast") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var send = Array.IndexOf(parts, "send");
        if (send < 0 || send + 1 >= parts.Length) return [];
        var layers = parts[send + 1].Split(';').Select(alternatives => alternatives.Split(',')[0].TrimStart('~'));
        return [.. layers.Where(announced.Contains).Distinct().Take(MaxLayers)];
    }

    /// <summary>The extensions that we know, with the offer's ids; an id that is used twice keeps its first meaning.</summary>
    public static Rtp.RtpExtensionMap Extensions(MediaDescription media)
    {
        var map = default(Rtp.RtpExtensionMap);
        var used = new HashSet<byte>();
        foreach (var value in media.All("extmap"))
        {
            var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2) continue;
            var slash = parts[0].IndexOf('/', StringComparison.Ordinal);
            var number = slash < 0 ? parts[0] : parts[0][..slash];
            // One-byte elements carry the ids 1 to 14; a higher one would force the two-byte form on every packet.
            if (!byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id is 0 or > 14) continue;
            if (Rtp.RtpExtensionUri.TryFind(parts[1], out var extension) && map[extension] == 0 && used.Add(id))
                map = map.With(extension, id);
        }
        return map;
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
