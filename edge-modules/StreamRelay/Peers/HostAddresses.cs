using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Marquee.StreamRelay.Ice;

namespace Marquee.StreamRelay.Peers;

/// <summary>The candidates that a bound address amounts to.</summary>
internal static class HostAddresses
{
    private const int HighestPreference = 65_535;

    /// <summary>Public addresses first, then the bound address, or every usable one of the machine if it is the wildcard.</summary>
    public static IReadOnlyList<IceCandidate> Candidates(IEnumerable<(IceTransport Transport, IPEndPoint Bound)> sockets, IReadOnlyList<IPAddress> publicAddresses)
    {
        var candidates = new List<IceCandidate>();
        foreach (var (transport, bound) in sockets)
        {
            var addresses = publicAddresses.Where(a => a.AddressFamily == bound.AddressFamily).Concat(Local(bound.Address)).Distinct();
            foreach (var address in addresses)
                candidates.Add(IceCandidate.Host(transport, new IPEndPoint(address, bound.Port), HighestPreference - candidates.Count, candidates.Count + 1));
        }
        return candidates;
    }

    private static List<IPAddress> Local(IPAddress bound)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)) return [bound];
        var all = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == bound.AddressFamily && !a.IsIPv6LinkLocal)
            .ToList();
        var reachable = all.Where(a => !IPAddress.IsLoopback(a)).ToList();
        if (reachable.Count > 0) return reachable;
        return bound.AddressFamily == AddressFamily.InterNetwork ? [IPAddress.Loopback] : [IPAddress.IPv6Loopback];
    }
}
