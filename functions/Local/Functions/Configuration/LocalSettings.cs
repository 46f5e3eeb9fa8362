using Microsoft.Extensions.Configuration;

namespace Marquee.Local.Functions.Configuration;

/// <summary>What only this host needs to know: where its files are and where it listens.</summary>
/// <param name="DataPath"><c>Local:DataPath</c>: the folder of durable.db, timers.db and keys.json; created when missing.</param>
/// <param name="Urls"><c>Local:Urls</c>, else <c>ASPNETCORE_URLS</c>, else loopback port 7071.</param>
/// <param name="TimeZone"><c>WEBSITE_TIME_ZONE</c>: the zone timer schedules are read in; UTC when unset.</param>
internal sealed record LocalSettings(string DataPath, string Urls, TimeZoneInfo TimeZone)
{
    public static LocalSettings Read(IConfiguration configuration)
    {
        var path = Path.GetFullPath(configuration["Local:DataPath"] is { Length: > 0 } folder ? folder : Path.Combine(".marquee", "cloud"));
        Directory.CreateDirectory(path);
        var set = configuration["Local:Urls"] is { Length: > 0 } local ? local : configuration["urls"];
        var urls = string.IsNullOrEmpty(set) ? "http://127.0.0.1:7071" : set;
        if (urls.Split(';').FirstOrDefault(url => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsLoopback) is { } open)
            throw new FunctionWorkerException($"Local:Urls: '{open}' is not on loopback. This host is for one machine.");
        return new LocalSettings(path, urls, Zone(configuration["WEBSITE_TIME_ZONE"]));
    }

    private static TimeZoneInfo Zone(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return TimeZoneInfo.Utc;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new FunctionWorkerException($"WEBSITE_TIME_ZONE: there is no time zone '{name}'.");
    }
}
