using System.Net;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;

namespace Marquee.Benchmarks.Relay;

/// <summary>Sockets that count what the bare loop sends them.</summary>
internal sealed class BareSinks : IDatagramHandler, IDisposable
{
    private readonly MediaLoop _loop = new(TimeProvider.System);
    private readonly List<UdpPort> _ports = [];
    private long _received;

    public BareSinks(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var options = new UdpPortOptions { Bind = new IPEndPoint(IPAddress.Loopback, 0), SendSlots = 1, ReceiveBufferBytes = 1 << 20 };
            var port = UdpPort.Bind(options, this);
            _ports.Add(port);
            _loop.Attach(port);
        }
        _loop.Start();
    }

    public IEnumerable<int> Ports => _ports.Select(p => p.LocalEndPoint.Port);

    public long Received => Volatile.Read(ref _received);

    public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now) =>
        Volatile.Write(ref _received, _received + 1);

    public void Dispose()
    {
        _loop.DisposeAsync().AsTask().Wait();
        _ports.ForEach(p => p.Dispose());
    }
}
