using System.Globalization;
using System.Net;

namespace Marquee.StreamRelay.Ice;

internal enum IceTransport
{
    Udp,

    /// <summary>RFC 6544, the passive side: the other connects to us.</summary>
    TcpPassive,
}

/// <summary>A host candidate of ours (RFC 8445 5.1).</summary>
internal sealed record IceCandidate(string Foundation, IceTransport Transport, uint Priority, IPEndPoint EndPoint)
{
    /// <param name="localPreference">0 to 65535; IPv6 and earlier addresses higher.</param>
    public static IceCandidate Host(IceTransport transport, IPEndPoint endPoint, int localPreference, int foundation)
    {
        // RFC 8445 5.1.2.1, component 1; a TCP host candidate has the lower type preference of RFC 6544 4.2.
        var typePreference = transport == IceTransport.Udp ? 126u : 90u;
        var priority = (typePreference << 24) | ((uint)localPreference << 8) | 255u;
        return new IceCandidate(foundation.ToString(CultureInfo.InvariantCulture), transport, priority, endPoint);
    }

    /// <summary>The value of SDP's <c>a=candidate:</c>, with the attribute's name and without <c>a=</c>.</summary>
    public override string ToString()
    {
        var (transport, suffix) = Transport == IceTransport.Udp ? ("udp", "") : ("tcp", " tcptype passive");
        return string.Create(CultureInfo.InvariantCulture, $"candidate:{Foundation} 1 {transport} {Priority} {EndPoint.Address} {EndPoint.Port} typ host{suffix}");
    }
}
