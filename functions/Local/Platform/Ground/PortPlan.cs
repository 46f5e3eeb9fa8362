using System.Net;
using System.Net.Sockets;

namespace Marquee.Local.Platform.Ground;

/// <summary>The loopback port of everything that listens.</summary>
internal sealed record PortPlan(int Blob, int Queue, int Table, int ServiceBus, int Stripe, int Cloud, IReadOnlyList<PopPorts> Pops)
{
    /// <summary>As many ports as a plan for two PoPs takes.</summary>
    public const int Count = Shared + (2 * PopPorts.Count);

    private const int Shared = 6;

    // Linux hands out 32768–60999 to outgoing connections. A port from there may be gone when a killed process comes back for it.
    private const int FirstFreeBase = 20_000;
    private const int LastFreeBase = 31_000;

    /// <summary>The well-known ports of a developer's machine.</summary>
    public static PortPlan Default { get; } = new(10_000, 10_001, 10_002, 5_672, 12_111, 7_071,
        [new(7_210, 7_213, 7_214, 7_211, 8_189, 8_190, 8_191), new(7_220, 7_223, 7_224, 7_221, 8_199, 8_200, 8_201)]);

    public IReadOnlyList<int> All =>
        [Blob, Queue, Table, ServiceBus, Stripe, Cloud, .. Pops.SelectMany(pop => pop.All)];

    /// <summary><see cref="Count"/> ports in a row.</summary>
    public static PortPlan From(int first) => new(
        first, first + 1, first + 2, first + 3, first + 4, first + 5,
        [PopPorts.From(first + Shared), PopPorts.From(first + Shared + PopPorts.Count)]);

    /// <summary>
    /// A plan whose ports are all free now. <paramref name="spread"/> (a process id, say) keeps concurrent seekers apart.
    /// </summary>
    /// <exception cref="PlatformException">Everything in the range is taken.</exception>
    public static PortPlan Free(int spread)
    {
        const int Blocks = (LastFreeBase - FirstFreeBase) / Count;
        for (var i = 0; i < Blocks; i++)
        {
            var plan = From(FirstFreeBase + ((spread + i) % Blocks * Count));
            if (plan.Taken().Count == 0) return plan;
        }

        throw new PlatformException($"No {Count} ports in a row are free between {FirstFreeBase} and {LastFreeBase}.");
    }

    /// <summary>The ports of this plan that something listens on already.</summary>
    public IReadOnlyList<int> Taken() => [.. All.Where(port => !IsFree(port))];

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            listener.Start();
            datagrams.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>The ports of one PoP.</summary>
/// <param name="Gateway">HTTP of the till gateway: staff and health.</param>
/// <param name="Terminals">Mutual TLS of the till gateway: terminals.</param>
/// <param name="Pairing">TLS of the till gateway: terminals that are being paired.</param>
/// <param name="Relay">HTTP of the stream relay.</param>
/// <param name="Media">The stream relay's media, UDP and ICE-TCP.</param>
/// <param name="TrunkFirst">The stream relay's first link to the other PoP.</param>
/// <param name="TrunkSecond">The second one.</param>
internal sealed record PopPorts(int Gateway, int Terminals, int Pairing, int Relay, int Media, int TrunkFirst, int TrunkSecond)
{
    public const int Count = 7;

    public IReadOnlyList<int> All => [Gateway, Terminals, Pairing, Relay, Media, TrunkFirst, TrunkSecond];

    /// <summary><see cref="Count"/> ports in a row.</summary>
    public static PopPorts From(int first) => new(first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6);
}
