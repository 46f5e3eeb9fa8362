using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Marquee.StreamRelay.Tests.Impairment;

/// <summary>
/// A UDP proxy in userspace that does to datagrams what bad links do, one thread for all of its links. Either side of a link is told to
/// send to the proxy's address for it; where answers go, the proxy learns from what it gets.
/// </summary>
internal sealed class ImpairmentProxy : IDisposable
{
    private const int MaxDatagram = 65_535;
    private const int BufferBytes = 4 << 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly List<Side> _sides = [];
    private readonly PriorityQueue<(Side Out, byte[] Datagram), long> _flying = new();
    private readonly byte[] _buffer = new byte[MaxDatagram];
    private readonly Lock _gate = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public ImpairmentProxy()
    {
        _thread = new Thread(Run) { Name = "impairment", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public long NowUs => (long)Stopwatch.GetElapsedTime(_startedAt).TotalMicroseconds;

    /// <summary>Adds a link on two free ports of the loopback interface.</summary>
    /// <param name="target">Where the far side listens, when it does not speak first.</param>
    public ProxyLink Add(LinkConditions conditions, int seed, IPEndPoint? target = null)
    {
        var near = new Side(new ImpairedLink(conditions, seed));
        var far = new Side(new ImpairedLink(conditions, seed + 1)) { Peer = target, Other = near };
        near.Other = far;
        lock (_gate) _sides.AddRange([near, far]);
        return new ProxyLink(near.Address, far.Address, near.Impaired, far.Impaired, _gate);
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (var side in _sides) side.Socket.Dispose();
    }

    private void Run()
    {
        var ready = new List<Socket>();
        while (!_isStopping)
        {
            ready.Clear();
            lock (_gate) ready.AddRange(_sides.Select(s => s.Socket));
            if (ready.Count == 0)
            {
                Thread.Yield();
                continue;
            }
            Socket.Select(ready, null, null, Wait());
            lock (_gate)
            {
                foreach (var side in _sides)
                {
                    if (ready.Contains(side.Socket)) Take(side);
                }
                Release();
            }
        }
    }

    private TimeSpan Wait()
    {
        if (!_flying.TryPeek(out _, out var dueUs)) return LongestWait;
        var wait = TimeSpan.FromMicroseconds(Math.Max(0, dueUs - NowUs));
        return wait < LongestWait ? wait : LongestWait;
    }

    private void Take(Side side)
    {
        Span<long> arrivals = stackalloc long[2];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (side.Socket.Available > 0)
        {
            int length;
            try
            {
                length = side.Socket.ReceiveFrom(_buffer, ref from);
            }
            catch (SocketException)
            {
                return; // nobody listens on the other side yet
            }
            side.Peer = (IPEndPoint)from;
            var count = side.Impaired.Send(NowUs, length, arrivals);
            for (var i = 0; i < count; i++) _flying.Enqueue((side.Other!, _buffer.AsSpan(0, length).ToArray()), arrivals[i]);
        }
    }

    private void Release()
    {
        while (_flying.TryPeek(out var next, out var dueUs) && dueUs <= NowUs)
        {
            _flying.Dequeue();
            if (next.Out.Peer is not { } to) continue;
            try
            {
                next.Out.Socket.SendTo(next.Datagram, to);
            }
            catch (SocketException)
            {
                // Nobody listens: lost, as on a network.
            }
        }
    }

    private sealed class Side
    {
        public Side(ImpairedLink impaired)
        {
            Impaired = impaired;
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                Blocking = false, ReceiveBufferSize = BufferBytes, SendBufferSize = BufferBytes,
            };
            Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }

        public Socket Socket { get; }
        public ImpairedLink Impaired { get; }
        public IPEndPoint Address => (IPEndPoint)Socket.LocalEndPoint!;
        public IPEndPoint? Peer { get; set; }
        public Side? Other { get; set; }
    }
}

/// <summary>A link through the proxy.</summary>
/// <param name="Near">Where the near side sends to.</param>
/// <param name="Far">Where the far side sends to.</param>
/// <param name="There">From near to far.</param>
/// <param name="Back">From far to near.</param>
internal sealed record ProxyLink(IPEndPoint Near, IPEndPoint Far, ImpairedLink There, ImpairedLink Back, Lock Gate)
{
    public void Cut(bool isCut = true)
    {
        lock (Gate) There.IsCut = Back.IsCut = isCut;
    }
}
