using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Peers;

internal enum PeerState
{
    /// <summary>Waits for a valid STUN request, then for DTLS.</summary>
    Connecting,
    Connected,
    Closed,
}

/// <summary>One ICE, DTLS and SRTP association on the shared port. Every member is for the media loop only.</summary>
internal sealed class Peer
{
    private readonly IPeerOwner _owner;
    private readonly IPeerMedia _media;
    private readonly ForgeryBudget _forgeries;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;

    public Peer(PeerOptions options, IPeerMedia media, IPeerOwner owner, long now)
    {
        (Options, _media, _owner) = (options, media, owner);
        Ice = new IceSession(IceCredentials.Create(), options.RemoteUfrag, now);
        Dtls = new DtlsAssociation(owner.Identity, options.Role, options.RemoteFingerprint, new PeerDtlsEvents(this, owner));
        _forgeries = new ForgeryBudget(owner.TicksPerSecond);
        CreatedAt = now;
    }

    public string Id => Options.Id;

    public PeerOptions Options { get; }

    public PeerState State { get; private set; }

    public bool IsConnected => State == PeerState.Connected;

    public string LocalUfrag => Ice.Local.Ufrag;

    public string LocalPassword => Ice.Local.Password;

    /// <summary>Where we send, once a check has come.</summary>
    public PeerAddress? RemoteAddress => Ice.Selected?.Address;

    public SrtpProfile? Profile { get; private set; }

    public PeerCounters Counters { get; } = new();

    public long CreatedAt { get; }

    /// <summary>Room for what the media side keeps by peer.</summary>
    public object? Tag { get; set; }

    internal IceSession Ice { get; }

    internal DtlsAssociation Dtls { get; }

    /// <summary>Sends an RTP packet: header and payload are joined and encrypted on their way into the send slot.</summary>
    /// <returns>False if it was refused: not connected, too long, one SSRC too many.</returns>
    public bool SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var length = header.Length + payload.Length;
        if (_sender is null || State != PeerState.Connected || Ice.Selected is not { } path) return Refuse();
        if (length + _sender.RtpOverheadBytes > Datagram.MaxBytes) return Refuse();
        var sealedLength = _sender.ProtectRtp(header, payload, path.Via.Rent());
        if (sealedLength == 0) return Refuse();
        path.Via.Send(sealedLength, path.Address);
        Counters.RtpSent++;
        Counters.RtpBytesSent += length;
        return true;
    }

    /// <param name="compound">RTCP, compound or reduced-size, in plaintext.</param>
    public bool SendRtcp(ReadOnlySpan<byte> compound)
    {
        if (_sender is null || State != PeerState.Connected || Ice.Selected is not { } path) return Refuse();
        if (compound.Length + _sender.RtcpOverheadBytes > Datagram.MaxBytes) return Refuse();
        var slot = path.Via.Rent();
        compound.CopyTo(slot);
        var sealedLength = _sender.ProtectRtcp(slot, compound.Length);
        if (sealedLength == 0) return Refuse();
        path.Via.Send(sealedLength, path.Address);
        Counters.RtcpSent++;
        return true;
    }

    /// <summary>Sends one record of DTLS application data (SCTP of a data channel). Allocates: not for media.</summary>
    public bool SendData(ReadOnlySpan<byte> message) => State == PeerState.Connected && Dtls.SendData(message);

    /// <summary>New ICE credentials of both sides; DTLS and SRTP go on (RFC 8445 9).</summary>
    public void RestartIce(string remoteUfrag)
    {
        if (State == PeerState.Closed) return;
        var old = Ice.Local.Key;
        Ice.Restart(IceCredentials.Create(), remoteUfrag);
        _owner.Rename(this, old);
    }

    /// <summary>
    /// Ends the association: close_notify to the other side, <see cref="IPeerMedia.OnClosed"/> to ours. A second call does nothing.
    /// </summary>
    public void Close(PeerCloseReason reason)
    {
        if (State == PeerState.Closed) return;
        Dtls.Close();
        State = PeerState.Closed;
        _owner.Forget(this);
        _sender?.Dispose();
        _receiver?.Dispose();
        Ice.Dispose();
        _media.OnClosed(this, reason);
    }

    internal void OnKeys(DtlsKeys keys, long now)
    {
        if (State != PeerState.Connecting) return;
        Profile = keys.Profile;
        Secure(keys.CreateSender(), keys.CreateReceiver(), now);
    }

    /// <summary>Takes ready ciphers; without a handshake only in tests.</summary>
    internal void Secure(SrtpSender sender, SrtpReceiver receiver, long now)
    {
        (_sender, _receiver) = (sender, receiver);
        State = PeerState.Connected;
        _media.OnConnected(this, now);
    }

    internal void OnData(ReadOnlySpan<byte> message, long now)
    {
        if (State == PeerState.Connected) _media.OnData(this, message, false, now);
    }

    internal void OnSrtp(Span<byte> datagram, long now)
    {
        if (_receiver is null || State != PeerState.Connected || !_forgeries.Allows(now)) return;
        int length;
        SrtpVerdict verdict;
        if (IsRtcp(datagram))
        {
            verdict = _receiver.UnprotectRtcp(datagram, out length);
            if (verdict == SrtpVerdict.Accepted)
            {
                Counters.RtcpReceived++;
                _media.OnRtcp(this, datagram[..length], now);
                return;
            }
        }
        else
        {
            verdict = _receiver.UnprotectRtp(datagram, out length);
            if (verdict == SrtpVerdict.Accepted)
            {
                Counters.RtpReceived++;
                Counters.RtpBytesReceived += length;
                _media.OnRtp(this, datagram[..length], now);
                return;
            }
        }
        Count(verdict, now);
    }

    internal void SendDatagram(ReadOnlySpan<byte> datagram)
    {
        if (State == PeerState.Closed || Ice.Selected is not { } path || datagram.Length > Datagram.MaxBytes) return;
        datagram.CopyTo(path.Via.Rent());
        path.Via.Send(datagram.Length, path.Address);
    }

    /// <summary>RFC 5761: payload types 64 to 95 with the marker bit are RTCP's 192 to 223.</summary>
    private static bool IsRtcp(ReadOnlySpan<byte> datagram) => datagram.Length > 1 && datagram[1] is >= 192 and <= 223;

    private void Count(SrtpVerdict verdict, long now)
    {
        switch (verdict)
        {
            case SrtpVerdict.Replayed:
                Counters.Replayed++;
                break;
            case SrtpVerdict.Forged:
                Counters.Forged++;
                _forgeries.Spend(now);
                break;
            default:
                Counters.Malformed++;
                break;
        }
    }

    private bool Refuse()
    {
        Counters.SendRefused++;
        return false;
    }
}
