using System.Net;
using Marquee.StreamRelay.Net;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Impairment;

/// <summary>Links in virtual time: datagrams wait in a queue until their moment comes.</summary>
internal sealed class VirtualNetwork(int seed)
{
    private readonly PriorityQueue<(VirtualPort To, byte[] Datagram, PeerAddress From), (long AtUs, long Order)> _flying = new();
    private readonly Dictionary<PeerAddress, VirtualPort> _ports = [];
    private readonly Dictionary<(PeerAddress From, PeerAddress To), ImpairedLink> _links = [];
    private long _order;
    private int _seed = seed;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 20, 0, 0, TimeSpan.Zero));

    /// <summary>Microseconds since the network was made.</summary>
    public long NowUs { get; private set; }

    public int InFlight => _flying.Count;

    /// <summary>Makes both directions of a link.</summary>
    public (ImpairedLink There, ImpairedLink Back) Link(IPEndPoint one, IPEndPoint other, LinkConditions conditions)
    {
        var (a, b) = (PeerAddress.From(one), PeerAddress.From(other));
        return (_links[(a, b)] = new ImpairedLink(conditions, _seed++), _links[(b, a)] = new ImpairedLink(conditions, _seed++));
    }

    public VirtualPort Bind(IPEndPoint address, IDatagramHandler handler) =>
        _ports[PeerAddress.From(address)] = new VirtualPort(this, PeerAddress.From(address), handler);

    /// <summary>Sends a datagram as from an address that may not be the sender's: for forgeries and replays.</summary>
    public void Send(PeerAddress from, PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        if (!_links.TryGetValue((from, to), out var link)) return;
        Span<long> arrivals = stackalloc long[2];
        var count = link.Send(NowUs, datagram.Length, arrivals);
        for (var i = 0; i < count; i++)
        {
            if (_ports.TryGetValue(to, out var port)) _flying.Enqueue((port, datagram.ToArray(), from), (arrivals[i], _order++));
        }
    }

    /// <summary>Lets a millisecond pass: what is due by then arrives.</summary>
    public void Step()
    {
        NowUs += 1000;
        Time.Advance(TimeSpan.FromMilliseconds(1));
        while (_flying.TryPeek(out var next, out var due) && due.AtUs <= NowUs)
        {
            _flying.Dequeue();
            if (!next.To.IsClosed) next.To.Handler.OnDatagram(next.To, next.Datagram, next.From, Time.GetTimestamp());
        }
    }
}

/// <summary>A port of a virtual network.</summary>
internal sealed class VirtualPort(VirtualNetwork network, PeerAddress address, IDatagramHandler handler) : IDatagramSender
{
    private readonly byte[] _slot = new byte[Datagram.SlotBytes];

    public PeerAddress Address => address;
    public IDatagramHandler Handler => handler;
    public bool IsClosed { get; set; }

    /// <summary>Sees every datagram that leaves.</summary>
    public Action<byte[], PeerAddress>? Tap { get; set; }

    public Span<byte> Rent() => _slot;

    public void Send(int length, in PeerAddress to)
    {
        if (IsClosed) return;
        Tap?.Invoke(_slot[..length], to);
        network.Send(address, to, _slot.AsSpan(0, length));
    }
}
