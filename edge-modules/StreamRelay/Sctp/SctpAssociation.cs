using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Sctp;

/// <summary>
/// One SCTP association (RFC 9260) on one path that another layer has opened, DTLS of a WebRTC peer (RFC 8261): no addresses, no ports of
/// its own. Times are microseconds of any steady clock. On the media loop only.
/// </summary>
internal sealed partial class SctpAssociation
{
    /// <summary>Control chunks that wait for a packet; more are dropped, and their senders ask again.</summary>
    private const int MaxControls = 32;

    private readonly SctpSettings _settings;
    private readonly ISctpOwner _owner;
    private readonly byte[] _buffer;
    private readonly byte[] _cookieKey = RandomNumberGenerator.GetBytes(StateCookie.KeyBytes);
    private readonly Queue<(ChunkType Type, byte[] Value)> _controls = new();
    private ushort _remotePort;
    private uint _localTag;
    private uint _peerTag;
    private Tsn _localTsn;
    private Reception? _reception;
    private Transmission? _transmission;
    private int _errors;
    private bool _isBusy;

    public SctpAssociation(ISctpOwner owner, SctpSettings settings, long nowUs)
    {
        (_owner, _settings, _remotePort, _nextHeartbeatUs) = (owner, settings, settings.Port, nowUs);
        _buffer = new byte[settings.MaxPacketBytes];
    }

    public SctpState State { get; private set; }

    public SctpCounters Counters { get; } = new();

    /// <summary>Bytes of messages that are not acknowledged.</summary>
    public int BufferedBytes => _transmission?.BufferedBytes ?? 0;

    public long Repeats => _transmission?.Repeats ?? 0;

    /// <summary>Of what came and cannot be handed on yet.</summary>
    public int ReceiveBufferedBytes => _reception?.BufferedBytes ?? 0;

    public int CongestionBytes => _transmission?.CongestionBytes ?? 0;

    /// <summary>Takes a message on; it arrives, or the association ends.</summary>
    public SendVerdict Send(ushort stream, uint protocol, ReadOnlySpan<byte> message, bool isUnordered, long nowUs)
    {
        if (State != SctpState.Established) return SendVerdict.NotUp;
        var verdict = _transmission!.Enqueue(stream, protocol, message, isUnordered);
        if (verdict == SendVerdict.Queued && !_isBusy) Flush(nowUs);
        return verdict;
    }

    /// <summary>Takes a packet of the other side. Whatever it is: it never throws of itself.</summary>
    public void Receive(ReadOnlySpan<byte> bytes, long nowUs)
    {
        Counters.PacketsReceived++;
        if (!SctpPacket.TryParse(bytes, out var packet)) Counters.Malformed++;
        else if (packet.DestinationPort != _settings.Port) Counters.Misdirected++;
        else if (State == SctpState.Ended) AnswerFromBeyond(packet);
        else Run(packet, nowUs);
    }

    /// <summary>Due every 10 ms or so: timers.</summary>
    public void Tick(long nowUs)
    {
        if (State is SctpState.Closed or SctpState.Ended) return;
        RunTimers(nowUs);
        Flush(nowUs);
    }

    private void Run(in SctpPacket packet, long nowUs)
    {
        var (hadData, isFirst) = (false, true);
        _isBusy = true;
        try
        {
            for (var chunks = packet.Chunks.GetEnumerator(); chunks.MoveNext(); isFirst = false)
            {
                var chunk = chunks.Current;
                if (!IsForUs(packet, chunk, isOnly: isFirst && chunks.IsLast, isFirst))
                {
                    Counters.Misdirected++;
                    break;
                }
                hadData |= chunk.Type == ChunkType.Data && CanReceive;
                if (!TryHandle(packet, chunk, nowUs) || State == SctpState.Ended) break;
            }
            if (hadData) _reception?.EndPacket(nowUs);
        }
        finally
        {
            _isBusy = false;
        }
        Flush(nowUs);
    }

    /// <summary>RFC 9260 8.5: which verification tag a chunk must come with.</summary>
    private bool IsForUs(in SctpPacket packet, in SctpChunk chunk, bool isOnly, bool isFirst) => chunk.Type switch
    {
        ChunkType.Init => packet.VerificationTag == 0 && isOnly,
        // The cookie says which tag it belongs to.
        ChunkType.CookieEcho => isFirst,
        ChunkType.Abort or ChunkType.ShutdownComplete => packet.VerificationTag == ((chunk.Flags & 1) == 0 ? _localTag : _peerTag),
        ChunkType.ShutdownAck when State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed => true,
        _ => packet.VerificationTag == _localTag && _localTag != 0,
    };

    /// <returns>Whether to look at the rest of the packet.</returns>
    private bool TryHandle(in SctpPacket packet, in SctpChunk chunk, long nowUs)
    {
        switch (chunk.Type)
        {
            case ChunkType.Init: return OnInit(packet, chunk, nowUs);
            case ChunkType.InitAck: return OnInitAck(packet, chunk, nowUs);
            case ChunkType.CookieEcho: return OnCookieEcho(packet, chunk, nowUs);
            case ChunkType.CookieAck: return OnCookieAck(nowUs);
            case ChunkType.Data: return OnData(chunk);
            case ChunkType.Sack: return OnSack(chunk, nowUs);
            case ChunkType.ForwardTsn: return OnForwardTsn(chunk);
            case ChunkType.Heartbeat: return OnHeartbeat(chunk);
            case ChunkType.HeartbeatAck: return OnHeartbeatAck(chunk, nowUs);
            case ChunkType.Shutdown: return OnShutdown(chunk, nowUs);
            case ChunkType.ShutdownAck: return OnShutdownAck(packet);
            case ChunkType.ShutdownComplete: return OnShutdownComplete();
            case ChunkType.Abort: return OnAbort();
            case ChunkType.Error: return OnError(chunk);
            default: return OnUnknown(chunk);
        }
    }

    private bool CanReceive => State is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownSent;

    private bool CanBeAcknowledged => State is SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived;

    private bool OnData(in SctpChunk chunk)
    {
        if (!CanReceive) return Ignore();
        if (!DataChunk.TryParse(chunk, out var data)) return Fail(ErrorCause.ProtocolViolation);
        if (_reception!.OnData(data, out var isInvalidStream) is { } cause) return Fail(cause);
        if (isInvalidStream) Report(ErrorCause.InvalidStream, [(byte)(data.Stream >> 8), (byte)data.Stream, 0, 0]);
        return State != SctpState.Ended;
    }

    private bool OnSack(in SctpChunk chunk, long nowUs)
    {
        if (!CanBeAcknowledged) return Ignore();
        if (!SackChunk.TryParse(chunk.Value, out var sack)) return Malformed();
        _errors = 0; // it lives, even if it has no room
        if (_transmission!.OnSack(sack, nowUs) && State == SctpState.Established) _owner.OnRoom();
        return State != SctpState.Ended;
    }

    private bool OnForwardTsn(in SctpChunk chunk)
    {
        if (!CanReceive) return Ignore();
        if (!ForwardTsnChunk.TryParse(chunk.Value, out var forward)) return Malformed();
        _reception!.OnForwardTsn(forward);
        return State != SctpState.Ended;
    }

    private bool OnUnknown(in SctpChunk chunk)
    {
        Counters.Unknown++;
        if ((chunk.ActionIfUnknown & UnknownAction.Report) != 0 && HasAssociation) Report(ErrorCause.UnrecognisedChunk, chunk.Whole);
        return (chunk.ActionIfUnknown & UnknownAction.Skip) != 0;
    }

    /// <summary>Sends what may be sent, packet by packet.</summary>
    private void Flush(long nowUs)
    {
        if (!HasAssociation) return;
        AdvanceShutdown(nowUs);
        while (HasAssociation)
        {
            var writer = new SctpPacketWriter(_buffer, _settings.Port, _remotePort, _peerTag);
            if (_reception!.IsSackDue(nowUs)) _reception.WriteSack(ref writer);
            while (_controls.TryPeek(out var control) && control.Value.Length <= writer.Room)
            {
                _controls.Dequeue();
                writer.Add(control.Type, 0, control.Value);
            }
            if (CanBeAcknowledged) _transmission!.Write(ref writer, nowUs);
            if (writer.IsEmpty) return;
            Transmit(ref writer);
        }
    }

    private bool HasAssociation => _transmission is not null && State is not (SctpState.Closed or SctpState.CookieWait or SctpState.Ended);

    private void Queue(ChunkType type, params byte[] value)
    {
        if (_controls.Count < MaxControls) _controls.Enqueue((type, value));
    }

    /// <summary>Tells the other side of something that it sent.</summary>
    private void Report(ErrorCause cause, ReadOnlySpan<byte> information)
    {
        var room = _settings.MaxPacketBytes - SctpPacket.HeaderBytes - SctpChunk.HeaderBytes - SctpParameter.HeaderBytes;
        Queue(ChunkType.Error, Cause(cause, information[..Math.Min(information.Length, room)]));
    }

    private static byte[] Cause(ErrorCause cause, ReadOnlySpan<byte> information)
    {
        var value = new byte[SctpParameter.HeaderBytes + information.Length];
        BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)cause);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), (ushort)value.Length);
        information.CopyTo(value.AsSpan(SctpParameter.HeaderBytes));
        return value;
    }

    private void Transmit(ref SctpPacketWriter writer)
    {
        Counters.PacketsSent++;
        _owner.Transmit(writer.Finish());
    }

    private bool Ignore()
    {
        Counters.OutOfState++;
        return true;
    }

    private bool Malformed()
    {
        Counters.Malformed++;
        return true;
    }
}
