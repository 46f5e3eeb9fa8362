using System.Globalization;
using System.Net;
using Marquee.EdgeSync.Hosting;

namespace Marquee.StreamRelay.Peers;

/// <summary>The hub's options as the process is configured.</summary>
internal static class PeerSettings
{
    private const string DefaultBind = "127.0.0.1";
    private const int DefaultPort = 8189;

    /// <summary>
    /// Keys: <c>Media:Bind</c> (addresses parted by commas; default 127.0.0.1, on a node <c>0.0.0.0,::</c>), <c>Media:Port</c> (UDP, default
    /// 8189, 0 for a free one), <c>Media:TcpPort</c> (ICE-TCP, default the UDP port, <c>off</c> for none),
    /// <c>Media:PublicAddresses</c> (parted by commas), <c>Media:MaxPeers</c>.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">A value is not what it should be.</exception>
    public static PeerHubOptions From(IConfiguration configuration)
    {
        var bind = Addresses(configuration, "Media:Bind", DefaultBind);
        var port = Number(configuration, "Media:Port", DefaultPort, 0, IPEndPoint.MaxPort);
        var withTcp = !"off".Equals(configuration["Media:TcpPort"], StringComparison.OrdinalIgnoreCase);
        var tcpPort = withTcp ? Number(configuration, "Media:TcpPort", port, 0, IPEndPoint.MaxPort) : 0;
        var defaults = new PeerHubOptions();
        return new PeerHubOptions
        {
            Udp = [.. bind.Select(a => new IPEndPoint(a, port))],
            Tcp = withTcp ? [.. bind.Select(a => new IPEndPoint(a, tcpPort))] : [],
            PublicAddresses = Addresses(configuration, "Media:PublicAddresses", ""),
            MaxPeers = Number(configuration, "Media:MaxPeers", defaults.MaxPeers, 1, 100_000),
        };
    }

    private static List<IPAddress> Addresses(IConfiguration configuration, string key, string fallback)
    {
        var addresses = new List<IPAddress>();
        foreach (var text in (configuration[key] ?? fallback).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            addresses.Add(IPAddress.TryParse(text, out var address) ? address : throw new EdgeConfigurationException($"{key}: '{text}' is not an IP address"));
        return addresses;
    }

    private static int Number(IConfiguration configuration, string key, int fallback, int least, int most)
    {
        if (configuration[key] is not { Length: > 0 } text) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new EdgeConfigurationException($"{key}: '{text}' is not a number from {least} to {most}");
    }
}
