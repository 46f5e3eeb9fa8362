using System.Text.Json;

namespace Marquee.Local.Platform.Ground;

/// <summary>Where a running platform answers.</summary>
internal sealed record PlatformUrls(Uri Cloud, Uri Stripe, IReadOnlyDictionary<string, PopUrls> Pops);

/// <summary>A PoP's addresses. <paramref name="Gateway"/>: the till's staff and health; terminals have their own, and one to be paired at.</summary>
internal sealed record PopUrls(Uri Gateway, Uri Terminals, Uri Pairing, Uri Relay);

/// <summary>A process that the platform started; the start time tells it from a later one with the same id.</summary>
internal sealed record ChildProcess(string Name, int ProcessId, DateTimeOffset StartedAt);

/// <summary>What runs now, written to <c>running.json</c> at every start of a process and removed at the end.</summary>
internal sealed record RunFile(int ProcessId, PlatformUrls Urls, IReadOnlyList<ChildProcess> Children)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public void Write(string path) => OwnerOnly.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static RunFile? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RunFile>(File.ReadAllBytes(path), Json) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}
