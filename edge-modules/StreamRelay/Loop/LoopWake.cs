using System.Net;
using System.Net.Sockets;

namespace Marquee.StreamRelay.Loop;

/// <summary>Rouses the sleeping loop: a UDP socket connected to itself, so that nobody else's datagram gets in.</summary>
internal sealed class LoopWake : ILoopPort
{
    private readonly byte[] _byte = new byte[1];
    private int _isPending;

    public LoopWake()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
    }

    public Socket Socket { get; }

    /// <summary>From any thread. One datagram wakes for many callers.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _isPending, 1) != 0) return;
        try
        {
            Socket.Send("!"u8, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended; nobody is left to wake.
        }
    }

    public bool Ready(long now)
    {
        Volatile.Write(ref _isPending, 0);
        while (Socket.Receive(_byte, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
            // Drained: what was posted is run later in this turn.
        }
        return false;
    }

    public void Flush()
    {
    }

    public void Dispose() => Socket.Dispose();
}
