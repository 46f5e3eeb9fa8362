using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Player;

/// <summary>How the player page is configured.</summary>
/// <param name="FrameAncestors">Who may show it in a frame, as CSP's <c>frame-ancestors</c> says it.</param>
internal sealed record PlayerSettings(string FrameAncestors)
{
    private const string Key = "Player:FrameAncestors";

    /// <summary>
    /// Key: <c>Player:FrameAncestors</c>, origins parted by blanks (<c>https://shows.example https://*.example.org</c>); without it only
    /// pages of the relay's own origin.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">A value is not an origin.</exception>
    public static PlayerSettings From(IConfiguration configuration)
    {
        var origins = (configuration[Key] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var origin in origins)
        {
            if (!IsOrigin(origin))
                throw new EdgeConfigurationException($"{Key}: '{origin}' is not an origin such as https://shows.example.");
        }
        return new PlayerSettings(origins.Length == 0 ? "'self'" : "'self' " + string.Join(' ', origins));
    }

    // Into a header, so nothing but scheme, host and port gets through; a * may stand for the first label.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text.Replace("://*.", "://any.", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "https" or "http"
        && uri is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
        && !text.EndsWith('/')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '.' or '-' or '*' or '[' or ']');
}
