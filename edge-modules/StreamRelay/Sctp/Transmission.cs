using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>The sending half of an association: messages in, DATA chunks out, each until it is acknowledged.</summary>
internal sealed class Transmission
{
    private const int MissesForFastRetransmit = 3;

    private readonly SctpSettings _settings;
    private readonly CongestionWindow _congestion;
    private readonly Queue<OutboundMessage> _waiting = new();
    private readonly List<OutboundChunk> _sent = [];
    private readonly Dictionary<ushort, ushort> _streamSequences = [];
    private readonly ushort _streams;
    private Tsn _next;
    private Tsn _cumulative;
    private uint _peerWindow;
    private int _flightBytes;
    private int _toRepeat;
    private bool _isFastRetransmitDue;
    private long _nextSampleUs;
    private long _timerDueUs = long.MaxValue;

    public Transmission(Tsn initial, uint peerWindow, ushort streams, SctpSettings settings, RetransmissionTimeout timeout)
    {
        (_next, _cumulative, _peerWindow, _streams, _settings, Timeout) = (initial, initial - 1, peerWindow, streams, settings, timeout);
        _congestion = new CongestionWindow(settings.MaxPacketBytes);
    }

    public RetransmissionTimeout Timeout { get; }

    /// <summary>Of messages that are not acknowledged yet.</summary>
    public int BufferedBytes { get; private set; }

    public bool IsEmpty => _waiting.Count == 0 && _sent.Count == 0;

    public int CongestionBytes => _congestion.Bytes;

    public long Repeats { get; private set; }

    /// <summary>All up to this was acknowledged.</summary>
    public Tsn Cumulative => _cumulative;

    public SendVerdict Enqueue(ushort stream, uint protocol, ReadOnlySpan<byte> message, bool isUnordered)
    {
        if (message.IsEmpty || message.Length > _settings.MaxMessageBytes) return SendVerdict.BadLength;
        if (stream >= _streams) return SendVerdict.NoSuchStream;
        if (BufferedBytes + message.Length > _settings.MaxQueuedBytes) return SendVerdict.QueueFull;
        var sequence = isUnordered ? (ushort)0 : _streamSequences.GetValueOrDefault(stream);
        if (!isUnordered) _streamSequences[stream] = unchecked((ushort)(sequence + 1));
        _waiting.Enqueue(new OutboundMessage(stream, sequence, protocol, isUnordered, message.ToArray()));
        BufferedBytes += message.Length;
        return SendVerdict.Queued;
    }

    /// <returns>Whether it acknowledged something new.</returns>
    public bool OnSack(in SackChunk sack, long nowUs)
    {
        // One that was overtaken, or acknowledges what was never sent.
        if (_cumulative.IsAfter(sack.Cumulative) || !_next.IsAfter(sack.Cumulative)) return false;
        var wasFull = _flightBytes + _settings.MaxPacketBytes > _congestion.Bytes;
        var ackedBytes = AcknowledgeThrough(sack.Cumulative, nowUs, out var hasMoved);
        ackedBytes += AcknowledgeBlocks(sack, nowUs, out var highest);
        _peerWindow = sack.Window > (uint)_flightBytes ? sack.Window - (uint)_flightBytes : 0;
        if (hasMoved) _congestion.OnProgress(_cumulative, ackedBytes, wasFull);
        if (highest is { } newest) CountMisses(newest);
        if (_sent.Count == 0) StopTimer();
        else if (hasMoved) _timerDueUs = nowUs + Timeout.CurrentUs;
        return ackedBytes > 0;
    }

    /// <summary>A SHUTDOWN acknowledges like a SACK without blocks.</summary>
    public void OnCumulative(Tsn cumulative, long nowUs)
    {
        if (_cumulative.IsAfter(cumulative) || !_next.IsAfter(cumulative)) return;
        AcknowledgeThrough(cumulative, nowUs, out _);
        if (_sent.Count == 0) StopTimer();
    }

    /// <summary>T3-rtx. What is on the way is taken for lost, and sent again in what the window now is: one packet.</summary>
    /// <returns>Whether the timer ran out.</returns>
    public bool OnTimer(long nowUs)
    {
        if (nowUs < _timerDueUs) return false;
        Timeout.BackOff();
        _congestion.OnTimeout();
        foreach (var chunk in _sent)
        {
            if (!chunk.IsAcknowledged) MarkForRepeat(chunk);
        }
        _timerDueUs = nowUs + Timeout.CurrentUs;
        return true;
    }

    /// <summary>Adds chunks as the windows allow: first those to repeat, then new ones.</summary>
    public void Write(ref SctpPacketWriter writer, long nowUs)
    {
        if (_toRepeat > 0) WriteRepeats(ref writer, nowUs);
        while (_waiting.TryPeek(out var message) && _toRepeat == 0 && _flightBytes < _congestion.Bytes)
        {
            var bytes = Math.Min(message.Left, writer.Room - DataChunk.FixedBytes);
            // Fragments are as long as packets let them be, not as the end of a packet happens to.
            if (bytes < message.Left && !writer.IsEmpty && bytes < LongestFragment / 2) return;
            if (bytes <= 0) return;
            // With a closed window one chunk may probe it (RFC 9260 6.1 A).
            if (bytes > _peerWindow && _flightBytes > 0) return;
            var chunk = message.Cut(_next, bytes);
            if (message.Left == 0) _waiting.Dequeue();
            _next += 1;
            _sent.Add(chunk);
            Send(ref writer, chunk, nowUs);
        }
    }

    private int LongestFragment => _settings.MaxPacketBytes - SctpPacket.HeaderBytes - SctpChunk.HeaderBytes - DataChunk.FixedBytes;

    private void WriteRepeats(ref SctpPacketWriter writer, long nowUs)
    {
        foreach (var chunk in _sent)
        {
            if (!chunk.IsToRepeat) continue;
            if (_flightBytes >= _congestion.Bytes && !_isFastRetransmitDue) return;
            if (chunk.Payload.Length > writer.Room - DataChunk.FixedBytes) break;
            chunk.IsToRepeat = false;
            _toRepeat--;
            Repeats++;
            Send(ref writer, chunk, nowUs);
        }
        // One packet goes out at once whatever the window says (RFC 9260 7.2.4).
        _isFastRetransmitDue = false;
    }

    private void Send(ref SctpPacketWriter writer, OutboundChunk chunk, long nowUs)
    {
        chunk.SentUs = nowUs;
        chunk.Sends++;
        chunk.Misses = 0;
        _flightBytes += chunk.Payload.Length;
        _peerWindow -= Math.Min(_peerWindow, (uint)chunk.Payload.Length);
        if (_timerDueUs == long.MaxValue) _timerDueUs = nowUs + Timeout.CurrentUs;
        var value = writer.Add(ChunkType.Data, chunk.Flags, DataChunk.FixedBytes + chunk.Payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(value, chunk.Tsn.Value);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], chunk.Message.Stream);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], chunk.Message.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], chunk.Message.Protocol);
        chunk.Payload.Span.CopyTo(value[DataChunk.FixedBytes..]);
    }

    private int AcknowledgeThrough(Tsn cumulative, long nowUs, out bool hasMoved)
    {
        hasMoved = cumulative.IsAfter(_cumulative);
        _cumulative = cumulative;
        var (bytes, count) = (0, 0);
        for (; count < _sent.Count && !_sent[count].Tsn.IsAfter(cumulative); count++)
        {
            bytes += Acknowledge(_sent[count], nowUs);
            BufferedBytes -= _sent[count].Payload.Length;
        }
        _sent.RemoveRange(0, count);
        return bytes;
    }

    private int AcknowledgeBlocks(in SackChunk sack, long nowUs, out Tsn? highest)
    {
        highest = null;
        var (bytes, block) = (0, 0);
        foreach (var chunk in _sent)
        {
            while (block < sack.Blocks && chunk.Tsn.IsAfter(sack.Block(block).Last)) block++;
            var isIn = block < sack.Blocks && !sack.Block(block).First.IsAfter(chunk.Tsn);
            if (isIn && !chunk.IsAcknowledged)
            {
                bytes += Acknowledge(chunk, nowUs);
                highest = chunk.Tsn;
            }
            else if (!isIn && chunk.IsAcknowledged)
            {
                // The receiver had to let it go again (RFC 9260 6.2.1 D iii).
                chunk.IsAcknowledged = false;
                MarkForRepeat(chunk, wasInFlight: false);
            }
        }
        return bytes;
    }

    private int Acknowledge(OutboundChunk chunk, long nowUs)
    {
        if (chunk.IsAcknowledged) return 0;
        chunk.IsAcknowledged = true;
        if (chunk.IsToRepeat)
        {
            chunk.IsToRepeat = false;
            _toRepeat--;
        }
        else
        {
            _flightBytes -= chunk.Payload.Length;
        }
        // Karn: which sending is acknowledged is only known of one that was sent once; one measurement a round trip.
        if (chunk.Sends == 1 && nowUs >= _nextSampleUs)
        {
            Timeout.OnRoundTrip(nowUs - chunk.SentUs);
            _nextSampleUs = nowUs + Timeout.RoundTripUs;
        }
        return chunk.Payload.Length;
    }

    private void CountMisses(Tsn newest)
    {
        foreach (var chunk in _sent)
        {
            if (!newest.IsAfter(chunk.Tsn)) return;
            if (chunk.IsAcknowledged || chunk.IsToRepeat || ++chunk.Misses < MissesForFastRetransmit || chunk.WasFastRetransmitted) continue;
            chunk.WasFastRetransmitted = true;
            _congestion.OnFastRetransmit(_next - 1);
            _isFastRetransmitDue = true;
            MarkForRepeat(chunk);
        }
    }

    private void MarkForRepeat(OutboundChunk chunk, bool wasInFlight = true)
    {
        if (chunk.IsToRepeat) return;
        chunk.IsToRepeat = true;
        _toRepeat++;
        if (wasInFlight) _flightBytes -= chunk.Payload.Length;
    }

    private void StopTimer()
    {
        _timerDueUs = long.MaxValue;
        _congestion.OnIdle();
    }
}
