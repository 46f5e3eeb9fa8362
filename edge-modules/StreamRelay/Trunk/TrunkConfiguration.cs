using System.Globalization;
using System.Net;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk;

/// <summary>Reads trunks as the cloud sends them and as the process is configured with them, which is for development.</summary>
internal static class TrunkConfiguration
{
    private const int MaxLatencyBudgetMs = 5000;

    /// <summary>
    /// Keys: <c>Trunk:{n}:Neighbour</c>, <c>:Spread</c>, <c>:LatencyBudget</c> (milliseconds), <c>:Key</c> (Base64 of 32 bytes),
    /// <c>:Links:{id}:Bind</c>, <c>:Remote</c>, <c>:Interface</c>, <c>:Name</c>, <c>:Weight</c>.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">A value is not what it should be.</exception>
    public static IReadOnlyList<NeighbourSettings> From(IConfiguration configuration, string ourPop) =>
        [.. configuration.GetSection("Trunk").GetChildren().Select(section => From(section, ourPop))];

    /// <summary>What a command asks for, or what is wrong with it.</summary>
    public static (NeighbourSettings? Settings, string? Problem) Read(ConfigureTrunk body, string ourPop)
    {
        if (body.NeighbourPopId is not { Length: > 0 and <= HelloFrame.MaxPopIdBytes } || !System.Text.Ascii.IsValid(body.NeighbourPopId))
            return (null, "no neighbour");
        if (body.NeighbourPopId == ourPop) return (null, "a trunk to itself");
        if (body.Links is null || body.Links.Count > ConfigureTrunk.MaxLinks) return (null, $"no links, or more than {ConfigureTrunk.MaxLinks}");
        if (body.Keys is null || body.Keys.Count is 0 or > ConfigureTrunk.MaxKeys) return (null, $"no keys, or more than {ConfigureTrunk.MaxKeys}");
        if (body.LatencyBudgetMilliseconds is < 0 or > MaxLatencyBudgetMs) return (null, $"a latency budget not from 0 to {MaxLatencyBudgetMs} ms");
        var keys = new List<TrunkKey>();
        Span<byte> secret = stackalloc byte[TrunkKey.SecretBytes];
        foreach (var key in body.Keys)
        {
            if (key is not { Id: > 0, Secret: not null } || !Convert.TryFromBase64String(key.Secret, secret, out var length) || length != secret.Length)
                return (null, "a key that is not 32 bytes of Base64, or without an id");
            keys.Add(new TrunkKey((uint)key.Id, secret));
        }
        var links = new List<LinkSettings>();
        foreach (var link in body.Links)
        {
            if (ReadLink(link) is not { } read) return (null, $"link {link?.Id}: not from 0 to 7 with addresses of one family, and a weight from 1 to 100");
            links.Add(read);
        }
        if (links.DistinctBy(l => l.Id).Count() < links.Count || keys.DistinctBy(k => k.Id).Count() < keys.Count) return (null, "an id twice");
        return (new NeighbourSettings
        {
            PopId = body.NeighbourPopId,
            Links = links,
            Keys = keys,
            Mode = Mode(body.Spread),
            StreamModes = (body.EventSpreads ?? new Dictionary<string, TrunkSpread>()).ToDictionary(e => e.Key, e => Mode(e.Value), StringComparer.Ordinal),
            LatencyBudget = TimeSpan.FromMilliseconds(body.LatencyBudgetMilliseconds),
        }, null);
    }

    private static NeighbourSettings From(IConfigurationSection section, string ourPop)
    {
        var body = new ConfigureTrunk
        {
            NeighbourPopId = section["Neighbour"] ?? "",
            Spread = EnumOf(section, "Spread", TrunkSpread.Duplicate),
            LatencyBudgetMilliseconds = Number(section, "LatencyBudget", NeighbourSettings.DefaultLatencyBudgetMs),
            Keys = [new TrunkSecret(1, section["Key"] ?? "")],
            Links =
            [
                .. section.GetSection("Links").GetChildren().Select(link => new TrunkLink(
                    int.TryParse(link.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1,
                    link["Name"] ?? link.Key, link["Bind"] ?? "", link["Interface"], link["Remote"], Number(link, "Weight", 1))),
            ],
        };
        var (settings, problem) = Read(body, ourPop);
        return settings ?? throw new EdgeConfigurationException($"{section.Path}: {problem}");
    }

    private static LinkSettings? ReadLink(TrunkLink? link)
    {
        if (link is not { Id: >= 0 and < TrunkWire.MaxLinks, Weight: >= 1 and <= 100, Bind: not null }) return null;
        if (!IPEndPoint.TryParse(link.Bind, out var bind)) return null;
        IPEndPoint? remote = null;
        if (link.Remote is { Length: > 0 } && !IPEndPoint.TryParse(link.Remote, out remote)) return null;
        if (remote is not null && (remote.Port == 0 || remote.AddressFamily != bind.AddressFamily)) return null;
        return new LinkSettings
        {
            Id = (byte)link.Id, Name = link.Name ?? "", Bind = bind, Remote = remote, Weight = link.Weight,
            Interface = link.Interface is { Length: > 0 } name ? name : null,
        };
    }

    private static TrunkMode Mode(TrunkSpread spread) => spread switch
    {
        TrunkSpread.Primary => TrunkMode.Primary,
        TrunkSpread.Weighted => TrunkMode.Weighted,
        _ => TrunkMode.Duplicate,
    };

    private static TrunkSpread EnumOf(IConfigurationSection section, string key, TrunkSpread fallback) => section[key] is not { Length: > 0 } text
        ? fallback
        : Enum.TryParse<TrunkSpread>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new EdgeConfigurationException($"{section.Path}:{key}: '{text}' is not one of {string.Join(", ", Enum.GetNames<TrunkSpread>())}");

    private static int Number(IConfigurationSection section, string key, int fallback) => section[key] is not { Length: > 0 } text
        ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new EdgeConfigurationException($"{section.Path}:{key}: '{text}' is not a number");
}
