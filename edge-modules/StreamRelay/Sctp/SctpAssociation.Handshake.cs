using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <content>Four-way handshake, both sides of it, and what happens when handshakes meet (RFC 9260 5).</content>
internal sealed partial class SctpAssociation
{
    private byte[] _cookieToEcho = [];
    private long _initDueUs = long.MaxValue;
    private int _inits;

    /// <summary>Opens the association from our side. Only in <see cref="SctpState.Closed"/>; otherwise it does nothing.</summary>
    public void Connect(long nowUs)
    {
        if (State != SctpState.Closed) return;
        (_localTag, _localTsn) = (NextTag(), new Tsn(_owner.NextRandom()));
        State = SctpState.CookieWait;
        SendInit(nowUs);
    }

    private bool OnInit(in SctpPacket packet, in SctpChunk chunk, long nowUs)
    {
        if (!InitChunk.TryParse(chunk.Value, out var init)) return Malformed();
        // It restarts while we wait for its last word: what it has not heard is said again (RFC 9260 9.2).
        if (State == SctpState.ShutdownAckSent) Queue(ChunkType.ShutdownAck);
        else AnswerInit(packet, init, nowUs);
        return false;
    }

    private void AnswerInit(in SctpPacket packet, in InitChunk init, long nowUs)
    {
        // An association that is being made answers with the tag it has offered; one that is there might be restarted, by a new tag.
        var isOpening = State is SctpState.CookieWait or SctpState.CookieEchoed;
        var tag = isOpening ? _localTag : NextTag();
        var tsn = isOpening ? _localTsn : new Tsn(_owner.NextRandom());
        var hasTies = State is not (SctpState.Closed or SctpState.CookieWait);
        var cookie = new StateCookie(
            tag, init.Tag, tsn, init.InitialTsn, init.Window, Math.Min(init.InStreams, _settings.Streams),
            hasTies ? _localTag : 0, hasTies ? _peerTag : 0, nowUs);
        Span<byte> baked = stackalloc byte[StateCookie.Bytes];
        cookie.Write(baked, _cookieKey);
        var writer = new SctpPacketWriter(_buffer, _settings.Port, packet.SourcePort, init.Tag);
        var unknown = init.FirstUnknown.Length < writer.Room / 2 ? init.FirstUnknown : default;
        var value = writer.Add(ChunkType.InitAck, 0, InitChunk.Length(baked.Length, unknown.Length));
        InitChunk.Write(value, tag, (uint)_settings.ReceiveWindowBytes, _settings.Streams, tsn, baked, unknown);
        Transmit(ref writer);
    }

    private bool OnInitAck(in SctpPacket packet, in SctpChunk chunk, long nowUs)
    {
        if (State != SctpState.CookieWait) return Ignore();
        if (!InitChunk.TryParse(chunk.Value, out var init)) return Malformed();
        _remotePort = packet.SourcePort;
        if (init.Cookie.IsEmpty || init.Cookie.Length > _settings.MaxPacketBytes / 2)
        {
            Abort(init.Tag, flags: 0, ErrorCause.MissingParameter);
            End(SctpEnd.Violation);
            return false;
        }
        _cookieToEcho = init.Cookie.ToArray();
        Begin(_localTag, init.Tag, _localTsn, init.InitialTsn, init.Window, Math.Min(init.InStreams, _settings.Streams));
        State = SctpState.CookieEchoed;
        _inits = 0;
        SendCookieEcho(nowUs);
        return true;
    }

    private bool OnCookieEcho(in SctpPacket packet, in SctpChunk chunk, long nowUs)
    {
        if (!StateCookie.TryRead(chunk.Value, _cookieKey, out var cookie) || packet.VerificationTag != cookie.LocalTag)
        {
            Counters.Misdirected++;
            return false;
        }
        var isKnown = State != SctpState.Closed && cookie.LocalTag == _localTag && cookie.PeerTag == _peerTag;
        if (!isKnown && nowUs - cookie.MadeUs > (long)_settings.CookieLifetime.TotalMicroseconds)
        {
            RefuseStale(packet, cookie, nowUs);
            return false;
        }
        if (State == SctpState.Closed) return Accept(packet, cookie, nowUs, isRestart: false);
        if (isKnown) return Confirm(nowUs);
        // The letters are RFC 9260's table 12.
        var isCollision = cookie.LocalTag == _localTag && State is SctpState.CookieWait or SctpState.CookieEchoed; // B
        var isRestart = cookie.LocalTag != _localTag && cookie.TieLocal == _localTag && cookie.TiePeer == _peerTag && _peerTag != 0; // A
        if (isRestart && State == SctpState.ShutdownAckSent)
        {
            Report(ErrorCause.CookieWhileShuttingDown, []);
            Queue(ChunkType.ShutdownAck);
            return false;
        }
        if (isCollision) return Accept(packet, cookie, nowUs, isRestart: false);
        if (isRestart) return Accept(packet, cookie, nowUs, isRestart: true);
        Counters.OutOfState++; // C, and what fits nothing
        return false;
    }

    private bool OnCookieAck(long nowUs)
    {
        if (State != SctpState.CookieEchoed) return Ignore();
        Establish(nowUs);
        return true;
    }

    /// <summary>The cookie of the association that is there: its acknowledgement was lost, or it is ours to open too (D).</summary>
    private bool Confirm(long nowUs)
    {
        Queue(ChunkType.CookieAck);
        if (State == SctpState.CookieEchoed) Establish(nowUs);
        return true;
    }

    private bool Accept(in SctpPacket packet, in StateCookie cookie, long nowUs, bool isRestart)
    {
        _remotePort = packet.SourcePort;
        if (isRestart) _controls.Clear();
        Begin(cookie.LocalTag, cookie.PeerTag, cookie.LocalTsn, cookie.PeerTsn, cookie.PeerWindow, cookie.Streams);
        Queue(ChunkType.CookieAck);
        Establish(nowUs);
        return true;
    }

    private void Begin(uint localTag, uint peerTag, Tsn localTsn, Tsn peerTsn, uint peerWindow, ushort streams)
    {
        (_localTag, _peerTag, _localTsn) = (localTag, peerTag, localTsn);
        _reception = new Reception(peerTsn, _settings, _owner);
        _transmission = new Transmission(localTsn, peerWindow, streams, _settings, new RetransmissionTimeout(_settings));
    }

    private void Establish(long nowUs)
    {
        State = SctpState.Established;
        (_initDueUs, _inits, _errors, _cookieToEcho) = (long.MaxValue, 0, 0, []);
        _shutdownDueUs = long.MaxValue;
        ScheduleHeartbeat(nowUs);
        _owner.OnUp();
    }

    private void RefuseStale(in SctpPacket packet, in StateCookie cookie, long nowUs)
    {
        Span<byte> staleness = stackalloc byte[4];
        var lateUs = nowUs - cookie.MadeUs - (long)_settings.CookieLifetime.TotalMicroseconds;
        BinaryPrimitives.WriteUInt32BigEndian(staleness, (uint)Math.Min(uint.MaxValue, lateUs));
        var writer = new SctpPacketWriter(_buffer, _settings.Port, packet.SourcePort, cookie.PeerTag);
        writer.Add(ChunkType.Error, 0, Cause(ErrorCause.StaleCookie, staleness));
        Transmit(ref writer);
    }

    private void SendInit(long nowUs)
    {
        var writer = new SctpPacketWriter(_buffer, _settings.Port, _remotePort, 0);
        var value = writer.Add(ChunkType.Init, 0, InitChunk.Length(0, 0));
        InitChunk.Write(value, _localTag, (uint)_settings.ReceiveWindowBytes, _settings.Streams, _localTsn, [], []);
        _initDueUs = nowUs + InitTimeoutUs();
        Transmit(ref writer);
    }

    private void SendCookieEcho(long nowUs)
    {
        var writer = new SctpPacketWriter(_buffer, _settings.Port, _remotePort, _peerTag);
        writer.Add(ChunkType.CookieEcho, 0, _cookieToEcho);
        _initDueUs = nowUs + InitTimeoutUs();
        Transmit(ref writer);
    }

    /// <summary>T1-init, T1-cookie.</summary>
    private void RunInitTimer(long nowUs)
    {
        if (nowUs < _initDueUs) return;
        if (++_inits > _settings.MaxInitRetransmissions) End(SctpEnd.TimedOut);
        else if (State == SctpState.CookieWait) SendInit(nowUs);
        else SendCookieEcho(nowUs);
    }

    private long InitTimeoutUs() => (long)Math.Min(_settings.InitialRto.TotalMicroseconds * (1 << _inits), _settings.MaxRto.TotalMicroseconds);

    private uint NextTag()
    {
        while (true)
        {
            if (_owner.NextRandom() is not 0 and var tag) return tag;
        }
    }
}
