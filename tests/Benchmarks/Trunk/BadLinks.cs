using System.Net;
using Marquee.StreamRelay.Tests.Impairment;

namespace Marquee.Benchmarks.Trunk;

/// <summary>The two links: 25 ms with 2 % loss, and 45 ms with 1 %. The fates of packets are those of a fixed seed.</summary>
internal sealed class BadLinks : IDisposable
{
    private const int Seed = 17;
    private readonly ImpairmentProxy _proxy = new();

    /// <param name="targets">Where the far side listens, one for each link, when it does not speak first.</param>
    public BadLinks(IReadOnlyList<IPEndPoint>? targets = null)
    {
        Fast = _proxy.Add(LinkConditions.Of(25, 0.02), Seed, targets?[0]);
        Slow = _proxy.Add(LinkConditions.Of(45, 0.01), Seed + 2, targets?[1]);
    }

    public ProxyLink Fast { get; }
    public ProxyLink Slow { get; }

    public void Dispose() => _proxy.Dispose();
}
