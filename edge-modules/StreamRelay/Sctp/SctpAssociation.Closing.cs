using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <content>Heartbeats, time-outs, and the ways out: SHUTDOWN, ABORT, a lost peer (RFC 9260 8, 9).</content>
internal sealed partial class SctpAssociation
{
    private const int HeartbeatBytes = 16;

    private long _nextHeartbeatUs;
    private ulong _heartbeat;
    private long _heartbeatSentUs;
    private long _shutdownDueUs = long.MaxValue;

    /// <summary>Ends in order: what was sent arrives first. No more can be sent.</summary>
    public void Shutdown(long nowUs)
    {
        switch (State)
        {
            case SctpState.Closed:
                End(SctpEnd.Shutdown);
                break;
            case SctpState.CookieWait or SctpState.CookieEchoed:
                Abort();
                break;
            case SctpState.Established:
                State = SctpState.ShutdownPending;
                if (!_isBusy) Flush(nowUs);
                break;
            default:
                break; // under way, or done
        }
    }

    /// <summary>Ends at once, and says so.</summary>
    public void Abort()
    {
        if (State == SctpState.Ended) return;
        if (HasAssociation) Abort(_peerTag, flags: 0, ErrorCause.UserInitiated);
        End(SctpEnd.AbortedByUs);
    }

    private bool OnShutdown(in SctpChunk chunk, long nowUs)
    {
        if (chunk.Value.Length < 4) return Malformed();
        var cumulative = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(chunk.Value));
        switch (State)
        {
            case SctpState.Established or SctpState.ShutdownPending or SctpState.ShutdownReceived:
                State = SctpState.ShutdownReceived;
                _transmission!.OnCumulative(cumulative, nowUs);
                return true;
            case SctpState.ShutdownSent:
                // Both at once (RFC 9260 9.2).
                EnterShutdownAckSent(nowUs);
                return true;
            case SctpState.ShutdownAckSent:
                Queue(ChunkType.ShutdownAck);
                return true;
            default:
                return Ignore();
        }
    }

    private bool OnShutdownAck(in SctpPacket packet)
    {
        switch (State)
        {
            case SctpState.ShutdownSent or SctpState.ShutdownAckSent:
                SendAlone(ChunkType.ShutdownComplete, 0, _remotePort, _peerTag);
                End(SctpEnd.Shutdown);
                return false;
            case SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed:
                // Of an association before this one (RFC 9260 8.5.1 E): it may go.
                SendAlone(ChunkType.ShutdownComplete, 1, packet.SourcePort, packet.VerificationTag);
                return true;
            default:
                return Ignore();
        }
    }

    private bool OnShutdownComplete()
    {
        if (State != SctpState.ShutdownAckSent) return Ignore();
        End(SctpEnd.Shutdown);
        return false;
    }

    private bool OnAbort()
    {
        if (State is SctpState.Closed or SctpState.Ended) return Ignore();
        End(SctpEnd.AbortedByPeer);
        return false;
    }

    private bool OnError(in SctpChunk chunk)
    {
        Counters.ErrorsReceived++;
        var rest = chunk.Value;
        var isStale = SctpParameter.TryRead(ref rest, out var cause) && cause.Type == (ushort)ErrorCause.StaleCookie;
        if (!isStale || State != SctpState.CookieEchoed) return true;
        End(SctpEnd.Refused);
        return false;
    }

    private bool OnHeartbeat(in SctpChunk chunk)
    {
        if (!HasAssociation) return Ignore();
        if (chunk.Value.Length <= _settings.MaxPacketBytes - SctpPacket.HeaderBytes - SctpChunk.HeaderBytes)
            Queue(ChunkType.HeartbeatAck, chunk.Value.ToArray());
        return true;
    }

    private bool OnHeartbeatAck(in SctpChunk chunk, long nowUs)
    {
        if (!HasAssociation || chunk.Value.Length != HeartbeatBytes || _heartbeat == 0) return Ignore();
        if (BinaryPrimitives.ReadUInt64BigEndian(chunk.Value[8..]) != _heartbeat) return Ignore();
        (_heartbeat, _errors) = (0, 0);
        _transmission!.Timeout.OnRoundTrip(nowUs - _heartbeatSentUs);
        return true;
    }

    /// <summary>What finds no association any more (RFC 9260 8.4): who waits to shut down may go, others are told that there is none.</summary>
    private void AnswerFromBeyond(in SctpPacket packet)
    {
        Counters.OutOfState++;
        foreach (var chunk in packet.Chunks)
        {
            switch (chunk.Type)
            {
                case ChunkType.Abort or ChunkType.ShutdownComplete or ChunkType.Error or ChunkType.CookieAck:
                    return;
                case ChunkType.ShutdownAck:
                    SendAlone(ChunkType.ShutdownComplete, 1, packet.SourcePort, packet.VerificationTag);
                    return;
                case ChunkType.Init when InitChunk.TryParse(chunk.Value, out var init):
                    SendAlone(ChunkType.Abort, 0, packet.SourcePort, init.Tag);
                    return;
                default:
                    SendAlone(ChunkType.Abort, 1, packet.SourcePort, packet.VerificationTag);
                    return;
            }
        }
    }

    private void RunTimers(long nowUs)
    {
        RunInitTimer(nowUs);
        if (CanBeAcknowledged && _transmission!.OnTimer(nowUs)) CountError();
        if (nowUs >= _shutdownDueUs && State is SctpState.ShutdownSent or SctpState.ShutdownAckSent)
        {
            _transmission!.Timeout.BackOff();
            CountError();
            if (State == SctpState.ShutdownSent) SendShutdown(nowUs);
            else if (State == SctpState.ShutdownAckSent) SendShutdownAck(nowUs);
        }
        if (State == SctpState.Established && nowUs >= _nextHeartbeatUs) SendHeartbeat(nowUs);
    }

    /// <summary>Idle or not: it also tells that the other side is there when all we do is receive.</summary>
    private void SendHeartbeat(long nowUs)
    {
        if (_heartbeat != 0) CountError();
        if (State != SctpState.Established) return;
        _heartbeat = ((ulong)NextTag() << 32) | NextTag();
        _heartbeatSentUs = nowUs;
        var value = new byte[HeartbeatBytes];
        BinaryPrimitives.WriteUInt16BigEndian(value, 1); // Heartbeat Info
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(2), HeartbeatBytes);
        BinaryPrimitives.WriteUInt64BigEndian(value.AsSpan(8), _heartbeat);
        Queue(ChunkType.Heartbeat, value);
        ScheduleHeartbeat(nowUs);
    }

    private void ScheduleHeartbeat(long nowUs) =>
        _nextHeartbeatUs = nowUs + (long)_settings.HeartbeatPeriod.TotalMicroseconds + _transmission!.Timeout.CurrentUs;

    /// <summary>From pending to sent, from received to acknowledged, once nothing of ours is on the way.</summary>
    private void AdvanceShutdown(long nowUs)
    {
        if (!_transmission!.IsEmpty) return;
        if (State == SctpState.ShutdownReceived)
        {
            EnterShutdownAckSent(nowUs);
        }
        else if (State == SctpState.ShutdownPending)
        {
            State = SctpState.ShutdownSent;
            SendShutdown(nowUs);
        }
    }

    private void EnterShutdownAckSent(long nowUs)
    {
        State = SctpState.ShutdownAckSent;
        SendShutdownAck(nowUs);
    }

    private void SendShutdown(long nowUs)
    {
        var cumulative = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(cumulative, _reception!.Cumulative.Value);
        Queue(ChunkType.Shutdown, cumulative);
        _shutdownDueUs = nowUs + _transmission!.Timeout.CurrentUs;
    }

    private void SendShutdownAck(long nowUs)
    {
        Queue(ChunkType.ShutdownAck);
        _shutdownDueUs = nowUs + _transmission!.Timeout.CurrentUs;
    }

    private void CountError()
    {
        if (++_errors <= _settings.MaxRetransmissions || State == SctpState.Ended) return;
        Abort(_peerTag, flags: 0, ErrorCause.ProtocolViolation);
        End(SctpEnd.TimedOut);
    }

    private bool Fail(ErrorCause cause)
    {
        Abort(_peerTag, flags: 0, cause);
        End(SctpEnd.Violation);
        return false;
    }

    private void Abort(uint tag, byte flags, ErrorCause cause)
    {
        var writer = new SctpPacketWriter(_buffer, _settings.Port, _remotePort, tag);
        writer.Add(ChunkType.Abort, flags, Cause(cause, []));
        Transmit(ref writer);
    }

    private void SendAlone(ChunkType type, byte flags, ushort port, uint tag)
    {
        var writer = new SctpPacketWriter(_buffer, _settings.Port, port, tag);
        writer.Add(type, flags, []);
        Transmit(ref writer);
    }

    private void End(SctpEnd reason)
    {
        if (State == SctpState.Ended) return;
        State = SctpState.Ended;
        _controls.Clear();
        (_reception, _transmission) = (null, null);
        _owner.OnEnded(reason);
    }
}
