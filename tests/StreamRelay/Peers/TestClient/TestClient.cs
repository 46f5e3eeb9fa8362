using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Tests.Peers;

internal delegate void PacketHandler(TestClient client, Span<byte> packet, long now);

/// <summary>
/// The other side of a peer: a full, controlling ICE agent with one candidate, DTLS in either role, SRTP. Lives on a media loop, its own or
/// the relay's. For tests and for the load generator.
/// </summary>
internal sealed class TestClient : IConnectionHandler, IDtlsEvents, IDisposable
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>Checks that pass between two once connected: every 2.5 s, as browsers do.</summary>
    private const int QuietChecks = 50;

    private static readonly Lazy<DtlsIdentity> SharedIdentity = new(() => DtlsIdentity.Create(TimeProvider.System));

    private readonly MediaLoop _loop;
    private readonly HandshakePool _pool;
    private readonly byte[] _transaction = new byte[StunMessage.TransactionBytes];
    private readonly ulong _tieBreaker = 42;
    private UdpPort? _udp;
    private TcpConnection? _tcp;
    private PeerAddress _remote;
    private DtlsAssociation? _dtls;
    private DtlsRole _role;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;
    private readonly StunKey _localKey;
    private StunKey? _remoteKey;
    private string _username = "";
    private IDisposable? _checks;
    private int _sinceCheck;

    public TestClient(MediaLoop loop, HandshakePool? pool = null, DtlsIdentity? identity = null)
    {
        (_loop, _pool, Identity) = (loop, pool ?? new HandshakePool(), identity ?? SharedIdentity.Value);
        _localKey = new StunKey(Password);
    }

    public string Ufrag { get; } = "clnt";

    public string Password { get; } = "client-password-of-22-chars";

    public DtlsIdentity Identity { get; }

    public bool IsConnected => _sender is not null;

    public bool IsClosed { get; private set; }

    public string? Failure { get; private set; }

    /// <summary>Our address as the relay saw it.</summary>
    public PeerAddress? Mapped { get; private set; }

    public int ChecksSent { get; private set; }

    public int ChecksAnswered { get; private set; }

    /// <summary>The last error answer to a check, or zero.</summary>
    public int ErrorCode { get; private set; }

    /// <summary>Whether checks nominate.</summary>
    public bool Nominates { get; set; } = true;

    /// <summary>Lets a full agent on the other side choose the pair; ours is lite and cannot.</summary>
    public bool IsControlled { get; init; }

    /// <summary>Sends checks; turned off to play a viewer that has vanished.</summary>
    public bool KeepsConsent { get; set; } = true;

    public SrtpProfile? Profile { get; private set; }

    /// <summary>SRTP profiles that are offered, best first.</summary>
    public IReadOnlyList<SrtpProfile> Profiles { get; init; } = SrtpProfiles.Preference;

    public PacketHandler? Rtp { get; set; }

    public PacketHandler? Rtcp { get; set; }

    public Action<byte[]>? Data { get; set; }

    public IPEndPoint LocalEndPoint => _udp!.LocalEndPoint;

    /// <summary>Its port, for a load generator that reads many of them in its own way.</summary>
    public UdpPort Udp => _udp!;

    /// <summary>What the relay is told of us in the offer.</summary>
    public PeerOptions OptionsFor(string id, DtlsRole relayRole = DtlsRole.Server) =>
        new() { Id = id, RemoteUfrag = Ufrag, RemotePassword = Password, RemoteFingerprint = Identity.Fingerprint, Role = relayRole };

    /// <summary>Over UDP from a port of its own. On the loop.</summary>
    public void ConnectUdp(IPEndPoint remote, Peer peer, DtlsFingerprint fingerprint) =>
        ConnectUdp(remote, peer.LocalUfrag, peer.LocalPassword, fingerprint, peer.Options.Role == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server);

    public void ConnectUdp(IPEndPoint remote, string ufrag, string password, DtlsFingerprint fingerprint, DtlsRole role, UdpPortOptions? port = null)
    {
        var any = remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback
            : IPAddress.IsLoopback(remote.Address) ? IPAddress.Loopback : IPAddress.Any;
        port ??= new UdpPortOptions { Bind = new IPEndPoint(any, 0), SendSlots = 64, ReceiveBufferBytes = 1 << 20, SendBufferBytes = 1 << 20 };
        _udp = UdpPort.Bind(port with { Bind = new IPEndPoint(any, 0) }, this);
        _loop.Attach(_udp);
        Begin(PeerAddress.From(remote), ufrag, password, fingerprint, role);
    }

    /// <summary>Over ICE-TCP. On the loop.</summary>
    public void ConnectTcp(IPEndPoint remote, Peer peer, DtlsFingerprint fingerprint)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(remote);
        socket.Blocking = false;
        _tcp = new TcpConnection(socket, PeerAddress.From(remote).OverConnection(1), this, _loop.Now);
        _loop.Attach(_tcp);
        Begin(_tcp.Remote, peer.LocalUfrag, peer.LocalPassword, fingerprint, DtlsRole.Client);
    }

    /// <summary>New credentials of the relay's after an ICE restart.</summary>
    public void UseCredentials(string ufrag, string password)
    {
        _username = ufrag + ":" + Ufrag;
        _remoteKey?.Dispose();
        _remoteKey = new StunKey(password);
        SendCheck();
    }

    /// <summary>Moves to another local port, as a phone that changes networks does.</summary>
    public void Roam()
    {
        var old = _udp!;
        _udp = UdpPort.Bind(new UdpPortOptions { Bind = new IPEndPoint(old.LocalEndPoint.Address, 0) }, this);
        _loop.Attach(_udp);
        _loop.Detach(old);
        old.Dispose();
        SendCheck();
    }

    /// <summary>Reads no more and says no more, as a machine that hangs. On the loop.</summary>
    public void Freeze()
    {
        KeepsConsent = false;
        _loop.Detach((ILoopPort?)_udp ?? _tcp!);
    }

    public bool SendRtp(ReadOnlySpan<byte> packet)
    {
        if (_sender is null || _remoteKey is null) return false;
        var slot = Sender.Rent();
        packet.CopyTo(slot);
        var length = _sender.ProtectRtp(slot, packet.Length);
        if (length > 0) Sender.Send(length, _remote);
        return length > 0;
    }

    public bool SendRtcp(ReadOnlySpan<byte> compound)
    {
        if (_sender is null) return false;
        var slot = Sender.Rent();
        compound.CopyTo(slot);
        var length = _sender.ProtectRtcp(slot, compound.Length);
        if (length > 0) Sender.Send(length, _remote);
        return length > 0;
    }

    public bool SendData(ReadOnlySpan<byte> message) => _dtls!.SendData(message);

    /// <summary>Any datagram, as it is.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram)
    {
        if (_remoteKey is null) return;
        datagram.CopyTo(Sender.Rent());
        Sender.Send(datagram.Length, _remote);
    }

    public void SendCheck()
    {
        if (_remoteKey is null) return;
        _sinceCheck = 0;
        ChecksSent++;
        RandomNumberGenerator.Fill(_transaction);
        var writer = new StunWriter(Sender.Rent(), StunClass.Request, _transaction);
        writer.Username(_username);
        writer.Priority(0x6E0001FF);
        if (IsControlled) writer.IceControlled(_tieBreaker);
        else writer.IceControlling(_tieBreaker);
        if (Nominates && !IsControlled) writer.UseCandidate();
        Sender.Send(writer.Finish(_remoteKey), _remote);
    }

    public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now)
    {
        switch (datagram[0])
        {
            case < 4:
                OnStun(datagram, from);
                break;
            case >= 20 and < 64:
                if (_dtls!.Start(_pool)) _dtls.Offer(datagram);
                break;
            default:
                OnMedia(datagram, now);
                break;
        }
    }

    public bool IsKnown(in PeerAddress address) => true;

    public void OnConnectionClosed(in PeerAddress address) => IsClosed = true;

    void IDtlsEvents.Send(byte[] datagram) => OnLoop(() => SendRaw(datagram));

    public void OnKeys(DtlsKeys keys) => OnLoop(() =>
    {
        (_sender, _receiver, Profile) = (keys.CreateSender(), keys.CreateReceiver(), keys.Profile);
    });

    public void OnData(byte[] message) => OnLoop(() => Data?.Invoke(message));

    public void OnFailed(string reason) => OnLoop(() => Failure = reason);

    public void OnRemoteClosed() => OnLoop(() => IsClosed = true);

    /// <summary>Says close_notify and goes. On the loop.</summary>
    public void Dispose()
    {
        if (_remoteKey is null) return;
        _checks?.Dispose();
        _dtls?.Close();
        if (_udp is { } udp)
        {
            udp.Flush();
            _loop.Detach(udp);
            udp.Dispose();
        }
        if (_tcp is { } tcp)
        {
            _loop.Detach(tcp);
            tcp.Close();
        }
        _remoteKey?.Dispose();
        _remoteKey = null;
        _localKey.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
        (_sender, _receiver) = (null, null);
    }

    private IDatagramSender Sender => (IDatagramSender?)_udp ?? _tcp!;

    private void Begin(PeerAddress remote, string ufrag, string password, DtlsFingerprint fingerprint, DtlsRole role)
    {
        (_remote, _role) = (remote, role);
        _username = ufrag + ":" + Ufrag;
        _remoteKey = new StunKey(password);
        _dtls = new DtlsAssociation(Identity, role, fingerprint, this, Profiles);
        _checks = _loop.Every(CheckPeriod, _ =>
        {
            if (KeepsConsent && (!IsConnected || ++_sinceCheck >= QuietChecks)) SendCheck();
        });
        SendCheck();
    }

    private void OnStun(ReadOnlySpan<byte> datagram, in PeerAddress from)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return;
        // Only a full agent sends checks of its own.
        if (message.Class == StunClass.Request && message.IsAuthentic(_localKey))
            Sender.Send(StunResponse.Success(Sender.Rent(), message, from, _localKey), from);
        else if (message.TransactionId.SequenceEqual(_transaction))
            OnAnswer(message);
    }

    private void OnAnswer(in StunMessage answer)
    {
        if (answer.Class == StunClass.Error)
        {
            ErrorCode = answer.ErrorCode;
            return;
        }
        if (answer.Class != StunClass.Success || _remoteKey is null || !answer.IsAuthentic(_remoteKey)) return;
        ChecksAnswered++;
        Mapped = answer.Mapped;
        if (_role == DtlsRole.Client) _dtls!.Start(_pool);
    }

    private void OnMedia(Span<byte> datagram, long now)
    {
        if (_receiver is null) return;
        if (datagram[1] is >= 192 and <= 223)
        {
            if (_receiver.UnprotectRtcp(datagram, out var length) == SrtpVerdict.Accepted) Rtcp?.Invoke(this, datagram[..length], now);
        }
        else if (_receiver.UnprotectRtp(datagram, out var length) == SrtpVerdict.Accepted)
        {
            Rtp?.Invoke(this, datagram[..length], now);
        }
    }

    private void OnLoop(Action work)
    {
        if (_loop.IsOnLoop)
        {
            work();
            return;
        }
        try
        {
            _loop.Post(work);
        }
        catch (InvalidOperationException)
        {
            // The test is over and its loop with it: a handshake that fails later than that is nobody's.
        }
    }
}
