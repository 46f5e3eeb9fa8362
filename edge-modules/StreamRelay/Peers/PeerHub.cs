using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.StreamRelay.Peers;

/// <summary>
/// Makes peers and leads datagrams to them (RFC 7983): by source address once STUN has proved it, by the user fragment before. State is made
/// by <see cref="Create"/> alone: whatever strangers send, nothing grows.
/// </summary>
internal sealed class PeerHub : IConnectionHandler, IPeerOwner, IAsyncDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly MediaLoop _loop;
    private readonly PeerHubOptions _options;
    private readonly ILogger _logger;
    private readonly HandshakePool _pool = new();
    private readonly Dictionary<ulong, Peer> _byUfrag = [];
    private readonly Dictionary<PeerAddress, Peer> _byAddress = [];
    private readonly SourceLimiter _checks;
    private readonly SourceLimiter _errors;
    private readonly List<ILoopPort> _ports = [];
    private readonly List<Peer> _expired = [];
    private readonly long _consentLifetime;
    private readonly long _connectTimeout;

    /// <summary>Binds the ports and attaches them to the loop, which must not have been started yet.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    public PeerHub(MediaLoop loop, PeerHubOptions options, ILogger<PeerHub>? logger = null)
    {
        (_loop, _options, _logger) = (loop, options, (ILogger?)logger ?? NullLogger.Instance);
        Identity = DtlsIdentity.Create(loop.Clock.Provider);
        TicksPerSecond = loop.Clock.Ticks(TimeSpan.FromSeconds(1));
        _checks = new SourceLimiter(TicksPerSecond / options.ChecksPerSecond, options.ChecksPerSecond);
        _errors = new SourceLimiter(TicksPerSecond / options.ErrorsPerSecond, options.ErrorsPerSecond);
        _consentLifetime = loop.Clock.Ticks(IceSession.ConsentLifetime);
        _connectTimeout = loop.Clock.Ticks(options.ConnectTimeout);
        var udp = options.Udp.Select(bind => UdpPort.Bind(options.Port with { Bind = bind }, this)).ToList();
        var tcp = options.Tcp.Select(bind => new TcpPort(bind, this, loop)).ToList();
        UdpPorts = udp;
        _ports.AddRange(udp);
        _ports.AddRange(tcp);
        foreach (var port in _ports) loop.Attach(port);
        HostCandidates = HostAddresses.Candidates(
            udp.Select(p => (IceTransport.Udp, p.LocalEndPoint)).Concat(tcp.Select(p => (IceTransport.TcpPassive, p.LocalEndPoint))),
            options.PublicAddresses);
        loop.Every(SweepPeriod, Sweep);
    }

    public DtlsIdentity Identity { get; }

    /// <summary>Of our certificate, for <c>a=fingerprint:sha-256</c>.</summary>
    public DtlsFingerprint Fingerprint => Identity.Fingerprint;

    public IReadOnlyList<IceCandidate> HostCandidates { get; }

    public IReadOnlyList<UdpPort> UdpPorts { get; }

    public long TicksPerSecond { get; }

    public HubCounters Counters { get; } = new();

    public int PeerCount => _byUfrag.Count;

    /// <summary>Remote addresses that lead to a peer: at most <see cref="IceSession.MaxPaths"/> for each.</summary>
    public int AddressCount => _byAddress.Count;

    public int HandshakesRunning => _pool.Running;

    /// <summary>One handshake with ourselves; off the loop.</summary>
    public Task<bool> WarmUpAsync() => DtlsWarmUp.RunAsync(Identity, _pool, TimeProvider.System);

    /// <summary>Makes a peer that waits for its other side. On the loop.</summary>
    /// <exception cref="TooManyPeersException">There is no room.</exception>
    public Peer Create(PeerOptions options, IPeerMedia media)
    {
        if (_byUfrag.Count >= _options.MaxPeers) throw new TooManyPeersException(_options.MaxPeers);
        var peer = new Peer(options, media, this, _loop.Now);
        _byUfrag.Add(peer.Ice.Local.Key, peer);
        return peer;
    }

    public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now)
    {
        if (datagram.IsEmpty) return;
        switch (datagram[0])
        {
            case < 4:
                OnStun(via, datagram, from, now);
                break;
            case >= 20 and < 64:
                OnDtls(datagram, from);
                break;
            case >= 128 and < 192:
                if (_byAddress.TryGetValue(from, out var peer)) peer.OnSrtp(datagram, now);
                else Counters.MediaFromUnknown++;
                break;
            default:
                Counters.Unclassified++;
                break;
        }
    }

    public bool IsKnown(in PeerAddress address) => _byAddress.ContainsKey(address);

    public void OnConnectionClosed(in PeerAddress address)
    {
        if (_byAddress.Remove(address, out var peer)) peer.Ice.Lose(address);
    }

    public void Forget(Peer peer)
    {
        _byUfrag.Remove(peer.Ice.Local.Key);
        foreach (var path in peer.Ice.Paths)
            if (_byAddress.TryGetValue(path.Address, out var holder) && holder == peer) _byAddress.Remove(path.Address);
    }

    public void Rename(Peer peer, ulong oldKey)
    {
        _byUfrag.Remove(oldKey);
        _byUfrag.Add(peer.Ice.Local.Key, peer);
    }

    public void OnLoop(Action<long> work)
    {
        if (_loop.IsOnLoop)
        {
            work(_loop.Now);
            return;
        }
        try
        {
            _loop.Post(() => work(_loop.Now));
        }
        catch (InvalidOperationException e)
        {
            PeerLog.PostRefused(_logger, e);
        }
    }

    /// <summary>Closes every peer and the ports. The loop must still run, or never have been started.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loop.InvokeAsync(() =>
        {
            foreach (var peer in _byUfrag.Values.ToList()) peer.Close(PeerCloseReason.Shutdown);
            foreach (var port in _ports)
            {
                port.Flush();
                _loop.Detach(port);
                port.Dispose();
            }
        });
    }

    private void OnStun(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now)
    {
        if (!StunMessage.TryParse(datagram, out var message) || !message.HasFingerprint || message.Method != StunMessage.BindingMethod)
        {
            Counters.StunMalformed++;
            return;
        }
        // A lite agent sends no requests, so it awaits no answers; indications keep NATs open and need none.
        if (message.Class != StunClass.Request) return;
        if (!IceCredentials.TryReadKey(message.Username, out var key) || !_byUfrag.TryGetValue(key, out var peer))
        {
            Counters.StunUnknownUfrag++;
            Refuse(via, message, from, message is { HasUsername: true, HasIntegrity: true } ? IceVerdict.Unauthenticated : IceVerdict.BadRequest, null, now);
            return;
        }
        if (!_byAddress.ContainsKey(from) && !_checks.TryTake(from, now))
        {
            Counters.StunRationed++;
            return;
        }
        var verdict = peer.Ice.Check(message);
        if (verdict == IceVerdict.Valid) Accept(peer, via, message, from, now);
        else Refuse(via, message, from, verdict, peer.Ice.Key, now);
    }

    private void Accept(Peer peer, IDatagramSender via, in StunMessage request, in PeerAddress from, long now)
    {
        if (peer.Ice.Accept(request, via, from, now, out var forgotten)) Learn(peer, from);
        if (forgotten is not null) _byAddress.Remove(forgotten.Address);
        var length = StunResponse.Success(via.Rent(), request, from, peer.Ice.Key);
        via.Send(length, from);
        Counters.StunAnswered++;
        if (peer.Options.Role == DtlsRole.Client) peer.Dtls.Start(_pool);
    }

    private void Learn(Peer peer, in PeerAddress address)
    {
        // A browser that reloads may come from the port that it had: the newcomer has proved itself, the old one has not for a while.
        if (_byAddress.TryGetValue(address, out var former) && former != peer) former.Ice.Lose(address);
        _byAddress[address] = peer;
    }

    private void Refuse(IDatagramSender via, in StunMessage request, in PeerAddress from, IceVerdict verdict, StunKey? key, long now)
    {
        Counters.StunRefused++;
        if (!_errors.TryTake(from, now)) return;
        var length = StunResponse.Error(via.Rent(), request, verdict, key);
        via.Send(length, from);
    }

    private void OnDtls(ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        if (!_byAddress.TryGetValue(from, out var peer))
        {
            Counters.DtlsFromUnknown++;
            return;
        }
        if (!DtlsRecord.TryParse(datagram, out _) || !peer.Dtls.Start(_pool) || !peer.Dtls.Offer(datagram)) Counters.DtlsDropped++;
    }

    private void Sweep(long now)
    {
        foreach (var (_, peer) in _byUfrag)
        {
            var isLate = !peer.IsConnected && now - peer.CreatedAt >= _connectTimeout;
            if (isLate || !peer.Ice.HasConsent(now, _consentLifetime)) _expired.Add(peer);
        }
        foreach (var peer in _expired) peer.Close(peer.IsConnected ? PeerCloseReason.ConsentExpired : PeerCloseReason.ConnectTimeout);
        _expired.Clear();
    }
}
