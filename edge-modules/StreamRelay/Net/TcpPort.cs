using System.Net;
using System.Net.Sockets;
using Marquee.StreamRelay.Loop;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// Accepts ICE-TCP connections (RFC 6544, passive side): a bounded number, of which those that no peer claims are closed.
/// </summary>
internal sealed class TcpPort : ILoopPort
{
    public const int MaxConnections = 256;

    /// <summary>From one source address, that nobody takes all of them.</summary>
    public const int MaxPerSource = 64;

    private static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(10);

    private readonly IConnectionHandler _handler;
    private readonly MediaLoop _loop;
    private readonly List<TcpConnection> _connections = [];
    private readonly IDisposable _sweep;
    private readonly long _claimTicks;
    private uint _lastNumber;

    public TcpPort(IPEndPoint bind, IConnectionHandler handler, MediaLoop loop)
    {
        (_handler, _loop) = (handler, loop);
        Socket = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            if (bind.AddressFamily == AddressFamily.InterNetworkV6) Socket.DualMode = false;
            Socket.Bind(bind);
            Socket.Listen(MaxConnections);
            LocalEndPoint = (IPEndPoint)Socket.LocalEndPoint!;
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
        _claimTicks = loop.Clock.Ticks(ClaimTime);
        _sweep = loop.Every(ClaimTime / 2, Sweep);
    }

    public Socket Socket { get; }

    public IPEndPoint LocalEndPoint { get; }

    public int ConnectionCount => _connections.Count;

    public long Refused { get; private set; }

    public bool Ready(long now)
    {
        Socket accepted;
        try
        {
            accepted = Socket.Accept();
        }
        catch (SocketException)
        {
            return false;
        }
        // Never block the loop on a slow reader, never hold a frame back for the next.
        (accepted.Blocking, accepted.NoDelay) = (false, true);
        var remote = PeerAddress.From((IPEndPoint)accepted.RemoteEndPoint!);
        if (_connections.Count >= MaxConnections || _connections.Count(c => c.Remote.SourceKey == remote.SourceKey) >= MaxPerSource)
        {
            Refused++;
            accepted.Dispose();
            return true;
        }
        var connection = new TcpConnection(accepted, remote.OverConnection(++_lastNumber), _handler, now);
        connection.Closed = Remove;
        _connections.Add(connection);
        _loop.Attach(connection);
        return true;
    }

    public void Flush()
    {
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var connection in _connections.ToList()) connection.Close();
        Socket.Dispose();
    }

    private void Remove(TcpConnection connection)
    {
        _connections.Remove(connection);
        _loop.Detach(connection);
    }

    private void Sweep(long now)
    {
        foreach (var connection in _connections.ToList())
            if (now - connection.AcceptedAt >= _claimTicks && !_handler.IsKnown(connection.Remote)) connection.Close();
    }
}
