using System.Buffers.Binary;
using System.Net.Sockets;
using Marquee.StreamRelay.Loop;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// One TCP connection that carries datagrams, each behind its length in two bytes (RFC 4571). What does not fit its send buffer is
/// dropped, as UDP would.
/// </summary>
internal sealed class TcpConnection(Socket socket, PeerAddress remote, IConnectionHandler handler, long acceptedAt) : ILoopPort, IDatagramSender
{
    /// <summary>Half a second of a 4 Mb/s stream: a viewer that reads slower than that loses packets instead of gaining delay.</summary>
    private const int SendBufferBytes = 256 * 1024;

    private const int ReceiveBufferBytes = 16 * 1024;
    private const int FrameBytes = 2;

    private readonly byte[] _received = new byte[ReceiveBufferBytes];
    private readonly byte[] _sending = new byte[SendBufferBytes];
    private readonly byte[] _slot = new byte[Datagram.SlotBytes];
    private int _receivedCount;
    private int _sendingCount;
    private bool _isClosed;

    public Socket Socket => socket;

    public PeerAddress Remote => remote;

    public long AcceptedAt => acceptedAt;

    public bool WantsWrite => _sendingCount > 0;

    public long Dropped { get; private set; }

    public Action<TcpConnection>? Closed { get; set; }

    public bool Ready(long now)
    {
        if (_isClosed) return false;
        var count = socket.Receive(_received.AsSpan(_receivedCount), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.IOPending) return false;
        if (error != SocketError.Success || count == 0)
        {
            Close();
            return false;
        }
        _receivedCount += count;
        return TakeFrames(now);
    }

    public Span<byte> Rent() => _slot;

    public void Send(int length, in PeerAddress to)
    {
        if (_isClosed || _sendingCount + FrameBytes + length > SendBufferBytes)
        {
            Dropped++;
            return;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_sending.AsSpan(_sendingCount), (ushort)length);
        _slot.AsSpan(0, length).CopyTo(_sending.AsSpan(_sendingCount + FrameBytes));
        _sendingCount += FrameBytes + length;
    }

    public void Flush()
    {
        if (!_isClosed && !TryFlush()) Close();
    }

    /// <summary>On the loop. The handler loses this path, the port forgets the connection.</summary>
    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        TryFlush();
        handler.OnConnectionClosed(remote);
        Closed?.Invoke(this);
        socket.Dispose();
    }

    public void Dispose() => Close();

    private bool TryFlush()
    {
        if (_sendingCount == 0) return true;
        var sent = socket.Send(_sending.AsSpan(0, _sendingCount), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.IOPending) return true;
        if (error != SocketError.Success) return false;
        _sending.AsSpan(sent, _sendingCount - sent).CopyTo(_sending);
        _sendingCount -= sent;
        return true;
    }

    private bool TakeFrames(long now)
    {
        var at = 0;
        while (_receivedCount - at >= FrameBytes)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(_received.AsSpan(at));
            if (length > Datagram.MaxBytes)
            {
                Close();
                return false;
            }
            if (_receivedCount - at - FrameBytes < length) break;
            handler.OnDatagram(this, _received.AsSpan(at + FrameBytes, length), remote, now);
            if (_isClosed) return false;
            at += FrameBytes + length;
        }
        _received.AsSpan(at, _receivedCount - at).CopyTo(_received);
        _receivedCount -= at;
        return true;
    }
}
