using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marquee.Local.Functions.Configuration;
using Microsoft.Extensions.Configuration;

namespace Marquee.Local.Functions.Http;

/// <summary>
/// The keys that open functions: <c>Local:Keys:master</c>, <c>Local:Keys:host:{name}</c>, <c>Local:Keys:system:{name}</c> and
/// <c>Local:Keys:functions:{function}:{name}</c>. A master and a default host key are made and kept in keys.json when none are set.
/// </summary>
internal sealed class FunctionKeys
{
    private const int KeyBytes = 40;

    private readonly byte[] _master;
    private readonly byte[][] _host;
    private readonly byte[][] _system;
    private readonly Dictionary<string, byte[][]> _functions;

    public FunctionKeys(IConfiguration configuration, LocalSettings local)
    {
        var section = configuration.GetSection("Local:Keys");
        var kept = new Lazy<JsonObject>(() => KeptKeys(Path.Combine(local.DataPath, "keys.json")));
        _master = Digest(section["master"] is { Length: > 0 } master ? master : (string)kept.Value["master"]!);
        var host = Digests(section.GetSection("host"));
        _host = host.Length > 0 ? host : [Digest((string)kept.Value["default"]!)];
        _system = Digests(section.GetSection("system"));
        _functions = section.GetSection("functions").GetChildren()
            .ToDictionary(f => f.Key, Digests, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether the key opens a function of that level. Every known key is compared, in constant time.</summary>
    public bool Opens(AuthorizationLevel level, string function, string? key)
    {
        if (level == AuthorizationLevel.Anonymous)
            return true;
        if (string.IsNullOrEmpty(key))
            return false;
        var presented = Digest(key);
        var isMaster = Same(_master, presented);
        return level switch
        {
            AuthorizationLevel.Function => isMaster | Any(_host, presented) | Any(_functions.GetValueOrDefault(function, []), presented),
            AuthorizationLevel.System => isMaster | Any(_system, presented),
            _ => isMaster,
        };
    }

    private static bool Any(byte[][] known, byte[] presented)
    {
        var found = false;
        foreach (var key in known)
            found |= Same(key, presented);
        return found;
    }

    private static bool Same(byte[] known, byte[] presented) => CryptographicOperations.FixedTimeEquals(known, presented);

    /// <summary>Digests have one length, so a comparison tells nothing about a key's.</summary>
    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static byte[][] Digests(IConfigurationSection section) =>
        [.. section.GetChildren().Where(k => !string.IsNullOrEmpty(k.Value)).Select(k => Digest(k.Value!))];

    private static JsonObject KeptKeys(string path)
    {
        if (File.Exists(path))
            return JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        var keys = new JsonObject { ["master"] = NewKey(), ["default"] = NewKey() };
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, keys);
        return keys;
    }

    private static string NewKey() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
