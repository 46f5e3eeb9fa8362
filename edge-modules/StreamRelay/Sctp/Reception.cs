namespace Marquee.StreamRelay.Sctp;

/// <summary>The receiving half of an association: what has come, what is owed to the sender, what is handed on.</summary>
internal sealed class Reception(Tsn initial, SctpSettings settings, IMessageSink sink)
{
    private const int MaxBlocks = 64;
    private const int MaxDuplicates = 16;

    /// <summary>RFC 9260 6.2: at least every second packet is acknowledged at once.</summary>
    private const int PacketsPerSack = 2;

    private readonly TsnMap _tsns = new(initial - 1);
    private readonly Reassembly _messages = new(sink, settings.ReceiveWindowBytes, settings.MaxMessageBytes);
    private readonly Tsn[] _duplicates = new Tsn[MaxDuplicates];
    private int _duplicateCount;
    private int _packets;
    private long _sackDueUs = long.MaxValue;

    public Tsn Cumulative => _tsns.Cumulative;

    public int BufferedBytes => _messages.BufferedBytes;

    public bool IsSackDue(long nowUs) => nowUs >= _sackDueUs;

    /// <returns>A cause that ends the association, or null.</returns>
    public ErrorCause? OnData(in DataChunk chunk, out bool isInvalidStream)
    {
        isInvalidStream = false;
        if (chunk.Payload.IsEmpty) return ErrorCause.NoUserData;
        if (chunk.IsImmediate) AskNow();
        switch (_tsns.Look(chunk.Tsn))
        {
            case TsnVerdict.Duplicate:
                if (_duplicateCount < MaxDuplicates) _duplicates[_duplicateCount++] = chunk.Tsn;
                AskNow();
                return null;
            case TsnVerdict.TooFar:
                AskNow();
                return null;
            default:
                break;
        }
        isInvalidStream = chunk.Stream >= settings.Streams;
        var verdict = isInvalidStream ? ReassemblyVerdict.Taken : Take(chunk);
        if (verdict == ReassemblyVerdict.Violation) return ErrorCause.ProtocolViolation;
        if (verdict == ReassemblyVerdict.Taken) _tsns.Add(chunk.Tsn);
        else AskNow();
        return null;
    }

    /// <summary>A packet with data has been looked at.</summary>
    public void EndPacket(long nowUs)
    {
        _packets++;
        if (_tsns.HasGaps || _packets >= PacketsPerSack) AskNow();
        else _sackDueUs = Math.Min(_sackDueUs, nowUs + (long)settings.SackDelay.TotalMicroseconds);
    }

    public void OnForwardTsn(in ForwardTsnChunk chunk)
    {
        AskNow();
        if (!chunk.NewCumulative.IsAfter(_tsns.Cumulative)) return;
        _tsns.AdvanceTo(chunk.NewCumulative);
        _messages.DropThrough(chunk.NewCumulative);
        for (var i = 0; i < chunk.Streams; i++)
        {
            var (stream, sequence) = chunk.Skipped(i);
            if (stream < settings.Streams) _messages.Skip(stream, sequence);
        }
    }

    /// <summary>Adds the acknowledgement that is owed; there must be room for one without blocks.</summary>
    public void WriteSack(ref SctpPacketWriter writer)
    {
        Span<(ushort First, ushort Last)> blocks = stackalloc (ushort First, ushort Last)[MaxBlocks];
        var room = (writer.Room - SackChunk.FixedBytes) / SackChunk.EntryBytes;
        var count = _tsns.GapBlocks(blocks[..Math.Clamp(room, 0, MaxBlocks)]);
        var duplicates = Math.Clamp(room - count, 0, _duplicateCount);
        SackChunk.Write(ref writer, _tsns.Cumulative, (uint)_messages.FreeBytes, blocks[..count], _duplicates.AsSpan(0, duplicates));
        (_duplicateCount, _packets, _sackDueUs) = (0, 0, long.MaxValue);
    }

    private ReassemblyVerdict Take(in DataChunk chunk) => _messages.Take(chunk, fillsGap: chunk.Tsn == _tsns.Cumulative + 1);

    private void AskNow() => _sackDueUs = long.MinValue;
}
