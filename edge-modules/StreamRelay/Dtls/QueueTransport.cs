using Org.BouncyCastle.Tls;

namespace Marquee.StreamRelay.Dtls;

/// <summary>The transport that a handshake blocks on: a bounded queue that the loop fills, and a way out.</summary>
internal sealed class QueueTransport(Action<byte[]> send) : DatagramTransport
{
    /// <summary>Datagrams that wait. More are dropped, as a network would: the other side sends its flight again.</summary>
    public const int MaxQueued = 32;

    private readonly Queue<byte[]> _inbox = new();
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_inbox) return _inbox.Count == 0;
        }
    }

    public bool Offer(ReadOnlySpan<byte> datagram)
    {
        lock (_inbox)
        {
            if (_isClosed || _inbox.Count == MaxQueued) return false;
            _inbox.Enqueue(datagram.ToArray());
            Monitor.Pulse(_inbox);
            return true;
        }
    }

    public int GetReceiveLimit() => Net.Datagram.MaxBytes;

    public int GetSendLimit() => DtlsParameters.MaxDatagramBytes;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    /// <summary>Waits in real time: the library keeps its retransmission clock by the system's.</summary>
    public int Receive(Span<byte> buffer, int waitMillis)
    {
        lock (_inbox)
        {
            if (_inbox.Count == 0 && !_isClosed) Monitor.Wait(_inbox, Math.Max(1, waitMillis));
            if (_isClosed) throw new TlsFatalAlert(AlertDescription.user_canceled, "the association has been closed");
            if (!_inbox.TryDequeue(out var datagram)) return -1;
            var length = Math.Min(datagram.Length, buffer.Length);
            datagram.AsSpan(0, length).CopyTo(buffer);
            return length;
        }
    }

    public void Send(byte[] buf, int off, int len) => send(buf.AsSpan(off, len).ToArray());

    public void Send(ReadOnlySpan<byte> buffer) => send(buffer.ToArray());

    public void Close()
    {
        lock (_inbox)
        {
            _isClosed = true;
            Monitor.PulseAll(_inbox);
        }
    }
}
