using Marquee.StreamRelay.Srtp;
using Org.BouncyCastle.Tls;

namespace Marquee.StreamRelay.Dtls;

/// <summary>What an association tells. Calls come from threads of its own.</summary>
internal interface IDtlsEvents
{
    /// <summary>A datagram to send to the other side.</summary>
    void Send(byte[] datagram);

    void OnKeys(DtlsKeys keys);

    void OnData(byte[] message);

    /// <summary>The handshake or the association failed; the last call.</summary>
    void OnFailed(string reason);

    /// <summary>The other side said close_notify.</summary>
    void OnRemoteClosed();
}

/// <summary>
/// One DTLS 1.2 association. The handshake runs blocking on a pool thread; afterwards each datagram (a flight sent again, an alert, data)
/// is handled by the thread pool, one at a time.
/// </summary>
internal sealed class DtlsAssociation
{
    private readonly DtlsIdentity _identity;
    private readonly DtlsRole _role;
    private readonly DtlsFingerprint _expected;
    private readonly IDtlsEvents _events;
    private readonly IReadOnlyList<SrtpProfile> _profiles;
    private readonly QueueTransport _transport;
    private readonly byte[] _message = new byte[Net.Datagram.MaxBytes];
    private DtlsTransport? _established;
    private int _isDraining;
    private volatile bool _isClosed;

    /// <param name="profiles">SRTP profiles that are taken, best first; null for all.</param>
    public DtlsAssociation(DtlsIdentity identity, DtlsRole role, DtlsFingerprint expected, IDtlsEvents events, IReadOnlyList<SrtpProfile>? profiles = null)
    {
        _profiles = profiles ?? SrtpProfiles.Preference;
        (_identity, _role, _expected, _events) = (identity, role, expected, events);
        _transport = new QueueTransport(events.Send);
    }

    public bool IsStarted { get; private set; }

    /// <summary>Starts the handshake. From the loop.</summary>
    /// <returns>False when the pool is full: try again with the next datagram.</returns>
    public bool Start(HandshakePool pool)
    {
        if (!IsStarted) IsStarted = pool.TryRun(Handshake);
        return IsStarted;
    }

    /// <summary>Takes a datagram from the other side, copied. From the loop.</summary>
    /// <returns>False when the queue is full.</returns>
    public bool Offer(ReadOnlySpan<byte> datagram)
    {
        if (!_transport.Offer(datagram)) return false;
        if (Volatile.Read(ref _established) is not null) ScheduleDrain();
        return true;
    }

    /// <summary>Sends application data as one record.</summary>
    /// <returns>False before the handshake is done, or after the end.</returns>
    public bool SendData(ReadOnlySpan<byte> message)
    {
        if (_isClosed || Volatile.Read(ref _established) is not { } established) return false;
        try
        {
            established.Send(message);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Says close_notify if there is a connection, and ends a handshake under way.</summary>
    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        try
        {
            Volatile.Read(ref _established)?.Close();
        }
        catch (IOException)
        {
            // It had failed already.
        }
        _transport.Close();
    }

    private void Handshake()
    {
        if (_isClosed) return;
        try
        {
            var (established, keys) = _role == DtlsRole.Server ? Accept() : Connect();
            // Who hears of the keys may close at once, and must find the connection to say goodbye on; data waits until they are told.
            Volatile.Write(ref _isDraining, 1);
            Volatile.Write(ref _established, established);
            _events.OnKeys(keys);
            Drain();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException)
        {
            // TlsFatalAlert and TlsTimeoutException are IOExceptions; the others the library throws at what it does not expect.
            if (!_isClosed) _events.OnFailed(e.Message);
        }
    }

    private (DtlsTransport Established, DtlsKeys Keys) Accept()
    {
        var server = new RelayTlsServer(_identity, _expected, _profiles, _events.OnRemoteClosed);
        var established = new DtlsServerProtocol().Accept(server, _transport);
        return (established, server.Keys ?? throw new InvalidOperationException("the handshake gave no keys"));
    }

    private (DtlsTransport Established, DtlsKeys Keys) Connect()
    {
        var client = new RelayTlsClient(_identity, _expected, _profiles, _events.OnRemoteClosed);
        var established = new DtlsClientProtocol().Connect(client, _transport);
        return (established, client.Keys ?? throw new InvalidOperationException("the handshake gave no keys"));
    }

    private void ScheduleDrain()
    {
        if (Interlocked.Exchange(ref _isDraining, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(static a => a.Drain(), this, preferLocal: false);
    }

    private void Drain()
    {
        try
        {
            while (!_isClosed && !_transport.IsEmpty)
            {
                // One millisecond is the shortest wait that the library knows; zero would be for ever.
                var length = _established!.Receive(_message, 1);
                if (length > 0) _events.OnData(_message[..length]);
            }
        }
        catch (IOException e)
        {
            if (!_isClosed) _events.OnFailed(e.Message);
        }
        finally
        {
            Volatile.Write(ref _isDraining, 0);
        }
        if (!_isClosed && !_transport.IsEmpty) ScheduleDrain();
    }
}
