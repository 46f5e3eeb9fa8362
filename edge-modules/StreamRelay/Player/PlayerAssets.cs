using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Player;

/// <summary>
/// The pages and what they load, embedded in the assembly. Whatever a page loads is named by the hash of its content, so that it may be
/// kept for ever and a new relay's page never runs with an old relay's script. A reference is a quoted path whose last part is the name
/// of another file (<c>"./session.js"</c>); it is rewritten before the file that holds it is hashed, so a change shows in all above it.
/// </summary>
internal sealed class PlayerAssets
{
    private const string Prefix = "Player.";
    private const int HashLength = 16;

    private readonly Dictionary<string, string> _sources = [];
    private readonly Dictionary<string, PlayerAsset> _done = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, PlayerAsset> _byHashedName;

    public PlayerAssets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            _sources.Add(resource[Prefix.Length..], reader.ReadToEnd());
        }
        foreach (var name in _sources.Keys) Finish(name, []);
        _byHashedName = _done.Values.Where(asset => !IsPage(asset.Name)).ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);
    }

    /// <summary>The names under which files are served, hash included.</summary>
    public IReadOnlyCollection<string> Names => _byHashedName.Keys;

    public PlayerAsset Page(string name) => _done[name];

    public PlayerAsset? Find(string hashedName) => _byHashedName.GetValueOrDefault(hashedName);

    private PlayerAsset Finish(string name, IReadOnlyList<string> below)
    {
        if (_done.TryGetValue(name, out var finished)) return finished;
        if (below.Contains(name)) throw new InvalidDataException($"The player's files refer to each other in a circle: {string.Join(" → ", below)} → {name}.");
        var text = _sources[name];
        foreach (var other in _sources.Keys)
        {
            var reference = $"/{other}\"";
            if (other == name || !text.Contains(reference, StringComparison.Ordinal)) continue;
            text = text.Replace(reference, $"/{Finish(other, [.. below, name]).Name}\"", StringComparison.Ordinal);
        }
        var content = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..HashLength];
        var extension = Path.GetExtension(name);
        var asset = new PlayerAsset(
            IsPage(name) ? name : $"{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}", ContentType(extension), content, $"\"{hash}\"");
        _done.Add(name, asset);
        return asset;
    }

    private static bool IsPage(string name) => name.EndsWith(".html", StringComparison.Ordinal);

    private static string ContentType(string extension) => extension switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidDataException($"The player has a file of an unknown kind: {extension}."),
    };
}
