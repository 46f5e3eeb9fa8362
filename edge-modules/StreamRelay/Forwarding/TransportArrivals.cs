using System.Buffers.Binary;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Remembers when the packets of a publisher arrived, by transport-wide sequence number, and writes the feedback of it.</summary>
internal sealed class TransportArrivals
{
    private const int Capacity = 2048;

    /// <summary>The most packets in one feedback message.</summary>
    public const int MaxPackets = 400;

    private const int TickUs = 250;
    private const int ReferenceUs = 64_000;

    private readonly long[] _arrivals = new long[Capacity]; // 0: not arrived
    private SequenceUnwrapper _unwrapper;
    private long _next;  // the first that no feedback has covered
    private long _end;   // one past the newest
    private byte _feedbackCount;

    /// <summary>Packets that wait for feedback, lost ones among them.</summary>
    public int Pending => (int)(_end - _next);

    public void Add(ushort sequence, long nowUs)
    {
        var number = _unwrapper.Unwrap(sequence);
        if (_end == 0) _next = _end = number;
        if (number < _end - Capacity || number < _next - MaxPackets) return;
        if (number >= _end)
        {
            if (number - _end >= Capacity) (_next, _end) = (number, number);
            for (; _end <= number; _end++) _arrivals[_end % Capacity] = 0;
            _next = Math.Max(_next, _end - Capacity);
        }
        _arrivals[number % Capacity] = nowUs;
        if (number < _next) _next = number; // a late one: tell of it again
    }

    /// <summary>Writes a feedback message of what has arrived since the last one; false when nothing has, or it does not fit.</summary>
    public bool TryWrite(ref RtcpWriter writer, uint sender, uint media)
    {
        while (_next < _end && _arrivals[_next % Capacity] == 0) _next++;
        if (_next == _end) return false;
        var start = _next;
        var reference = _arrivals[start % Capacity] / ReferenceUs;
        Span<byte> chunks = stackalloc byte[2 * (MaxPackets / 7 + 2)];
        Span<byte> deltas = stackalloc byte[2 * MaxPackets];
        Span<byte> symbols = stackalloc byte[MaxPackets];
        var (count, deltaBytes) = Symbols(start, reference * ReferenceUs, symbols, deltas);
        var chunkBytes = Chunks(symbols[..count], chunks);
        var length = 16 + chunkBytes + deltaBytes;
        if (!writer.TryOpen(RtcpType.TransportFeedback, RtcpFormat.TransportWide, (length + 3) & ~3, out var body)) return false;
        body.Clear();
        RtcpWriter.Feedback(body, sender, media);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)start);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], (ushort)count);
        body[12] = (byte)(reference >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(body[13..], (ushort)reference);
        body[15] = _feedbackCount++;
        chunks[..chunkBytes].CopyTo(body[16..]);
        deltas[..deltaBytes].CopyTo(body[(16 + chunkBytes)..]);
        _next = start + count;
        return true;
    }

    private (int Count, int DeltaBytes) Symbols(long start, long referenceUs, Span<byte> symbols, Span<byte> deltas)
    {
        var (count, bytes, before) = (0, 0, referenceUs);
        for (var number = start; number < _end && count < MaxPackets; number++)
        {
            var arrival = _arrivals[number % Capacity];
            if (arrival == 0)
            {
                symbols[count++] = 0;
                continue;
            }
            var delta = (arrival - before) / TickUs;
            if (delta is < short.MinValue or > short.MaxValue) break; // more than 8 s apart: the next message has a reference of its own
            before += delta * TickUs;
            if (delta is >= 0 and <= 255)
            {
                symbols[count++] = 1;
                deltas[bytes++] = (byte)delta;
                continue;
            }
            symbols[count++] = 2;
            BinaryPrimitives.WriteInt16BigEndian(deltas[bytes..], (short)delta);
            bytes += 2;
        }
        return (count, bytes);
    }

    /// <summary>Run-length chunks where seven or more agree, two-bit vectors of seven elsewhere.</summary>
    private static int Chunks(ReadOnlySpan<byte> symbols, Span<byte> chunks)
    {
        var bytes = 0;
        for (var i = 0; i < symbols.Length;)
        {
            var run = 1;
            while (i + run < symbols.Length && symbols[i + run] == symbols[i]) run++;
            int chunk;
            if (run >= 7)
            {
                chunk = (symbols[i] << 13) | run;
                i += run;
            }
            else
            {
                chunk = 0xC000;
                for (var slot = 0; slot < 7 && i < symbols.Length; slot++, i++) chunk |= symbols[i] << (12 - (2 * slot));
            }
            BinaryPrimitives.WriteUInt16BigEndian(chunks[bytes..], (ushort)chunk);
            bytes += 2;
        }
        return bytes;
    }
}
