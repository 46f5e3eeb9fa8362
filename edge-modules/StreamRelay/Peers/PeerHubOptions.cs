using System.Net;

namespace Marquee.StreamRelay.Peers;

/// <summary>Where peers reach the relay, and how many of what it bears.</summary>
internal sealed record PeerHubOptions
{
    /// <summary>UDP addresses, usually one of IPv4 and one of IPv6 with one port.</summary>
    public IReadOnlyList<IPEndPoint> Udp { get; init; } = [];

    /// <summary>ICE-TCP addresses, for venues that block UDP.</summary>
    public IReadOnlyList<IPEndPoint> Tcp { get; init; } = [];

    /// <summary>Addresses under which we are reached from outside (1:1 NAT with the ports kept); offered first.</summary>
    public IReadOnlyList<IPAddress> PublicAddresses { get; init; } = [];

    public int MaxPeers { get; init; } = 2_000;

    /// <summary>A peer that has not connected by then is closed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>STUN requests a second from unknown ports of one address that are checked at all. A venue's viewers share one.</summary>
    public int ChecksPerSecond { get; init; } = 2_000;

    /// <summary>Error answers a second to one address.</summary>
    public int ErrorsPerSecond { get; init; } = 20;

    /// <summary>Template for the UDP ports; its address is replaced.</summary>
    public Net.UdpPortOptions Port { get; init; } = new() { Bind = new IPEndPoint(IPAddress.Any, 0) };
}

/// <summary>No more peers: <see cref="PeerHubOptions.MaxPeers"/> are there.</summary>
internal sealed class TooManyPeersException(int limit) : Exception($"the relay carries {limit} peers already");
