using System.Globalization;
using System.Text;

namespace Marquee.StreamRelay.Sdp;

/// <summary>
/// A session description (RFC 8866) as WebRTC uses it. What is read is kept in its order, so that printing it gives the same lines.
/// Everything is bounded: a text past the bounds is not a session description.
/// </summary>
internal sealed record SessionDescription
{
    public const int MaxLength = 64 * 1024;
    public const int MaxLines = 2000;
    public const int MaxMedia = 16;
    public const int MaxFormats = 128;

    public string Origin { get; init; } = "- 0 0 IN IP4 127.0.0.1";
    public string Name { get; init; } = "-";
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];
    public IReadOnlyList<MediaDescription> Media { get; init; } = [];

    public bool Has(string name) => Attributes.Any(a => a.Name == name);

    public string? Find(string name) => Attributes.FirstOrDefault(a => a.Name == name).Value;

    /// <summary>The attribute of a section, or of the session when the section has none (fingerprint, setup, ICE credentials).</summary>
    public string? Find(MediaDescription media, string name) => media.Find(name) ?? Find(name);

    /// <exception cref="FormatException">The text is not a session description within the bounds.</exception>
    public static SessionDescription Parse(string text) =>
        TryParse(text, out var description) ? description : throw new FormatException("not a session description");

    public static bool TryParse(ReadOnlySpan<byte> utf8, out SessionDescription description)
    {
        description = new SessionDescription();
        return utf8.Length <= MaxLength && TryParse(Encoding.UTF8.GetString(utf8), out description);
    }

    public static bool TryParse(string text, out SessionDescription description)
    {
        description = new SessionDescription();
        if (text.Length is 0 or > MaxLength) return false;
        var builder = new SdpBuilder();
        var lines = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.TrimEnd();
            if (line.IsEmpty) continue;
            if (++lines > MaxLines || !builder.TryAdd(line)) return false;
        }
        if (!builder.HasVersion) return false;
        description = builder.Build();
        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder(2048);
        Line(text, "v=0");
        Line(text, $"o={Origin}");
        Line(text, $"s={Name}");
        Line(text, "t=0 0");
        foreach (var attribute in Attributes) Line(text, attribute.ToString());
        foreach (var media in Media)
        {
            Line(text, string.Create(CultureInfo.InvariantCulture,
                $"m={media.Kind} {media.Port} {media.Protocol} {string.Join(' ', media.Formats)}"));
            if (media.Connection is not null) Line(text, $"c={media.Connection}");
            foreach (var attribute in media.Attributes) Line(text, attribute.ToString());
        }
        return text.ToString();
    }

    // Lines end with CRLF whatever the platform (RFC 8866 section 5).
    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\r\n");
}
