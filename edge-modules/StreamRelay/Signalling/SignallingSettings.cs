using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Signalling;

/// <summary>What the signalling of this relay tells its clients.</summary>
internal sealed record SignallingSettings
{
    public const int MaxIceServers = 16;

    /// <summary>Values of <c>Link</c> (RFC 9725 4.6), ready to be sent.</summary>
    public IReadOnlyList<string> IceServerLinks { get; init; } = [];

    /// <summary>
    /// Keys: <c>Signalling:IceServers:0:Url</c> (<c>stun:</c>, <c>turn:</c> or <c>turns:</c>), and for TURN <c>:Username</c> and
    /// <c>:Credential</c>.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">A value is not what it should be.</exception>
    public static SignallingSettings From(IConfiguration configuration)
    {
        var links = new List<string>();
        foreach (var server in configuration.GetSection("Signalling:IceServers").GetChildren())
        {
            if (links.Count == MaxIceServers) throw new EdgeConfigurationException($"Signalling:IceServers: more than {MaxIceServers}");
            links.Add(Link(server));
        }
        return new SignallingSettings { IceServerLinks = links };
    }

    private static string Link(IConfigurationSection server)
    {
        var url = Value(server, "Url") ?? throw new EdgeConfigurationException($"{server.Path}:Url is not set.");
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || url[..colon] is not ("stun" or "stuns" or "turn" or "turns"))
            throw new EdgeConfigurationException($"{server.Path}:Url: '{url}' is no stun: or turn: URL");
        var link = $"<{url}>; rel=\"ice-server\"";
        return Value(server, "Username") is { } username && Value(server, "Credential") is { } credential
            ? $"{link}; username=\"{username}\"; credential=\"{credential}\"; credential-type=\"password\""
            : link;
    }

    // A quotation mark, an angle bracket or a line end would let the value out of its place in the header.
    private static string? Value(IConfigurationSection server, string name)
    {
        if (server[name] is not { Length: > 0 } value) return null;
        return value.All(c => c is > ' ' and < (char)127 and not ('"' or '\\' or '<' or '>'))
            ? value
            : throw new EdgeConfigurationException($"{server.Path}:{name} holds a character that a header cannot carry");
    }
}
