using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>
/// Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1): which of a run of packets
/// arrived, and when. Enumerate it for the packets in order.
/// </summary>
internal readonly ref struct TransportFeedback
{
    private const int HeaderLength = 16;

    private readonly ReadOnlySpan<byte> _body;

    private TransportFeedback(ReadOnlySpan<byte> body) => _body = body;

    public ushort BaseSequence => BinaryPrimitives.ReadUInt16BigEndian(_body[8..]);
    public int PacketCount => BinaryPrimitives.ReadUInt16BigEndian(_body[10..]);

    /// <summary>The reference time in the receiver's clock, which starts anywhere and wraps: microseconds, in steps of 64 ms.</summary>
    public long ReferenceUs => 64_000L * ((_body[12] << 16) | (_body[13] << 8) | _body[14]);

    public byte FeedbackCount => _body[15];

    public static bool TryParse(in RtcpBlock block, out TransportFeedback feedback)
    {
        feedback = default;
        if (!block.Is(RtcpType.TransportFeedback, RtcpFormat.TransportWide) || block.Body.Length < HeaderLength + 2) return false;
        feedback = new TransportFeedback(block.Body);
        return true;
    }

    public Enumerator GetEnumerator() => new(_body, BaseSequence, PacketCount, ReferenceUs);

    /// <summary>One packet of the run.</summary>
    internal readonly record struct Arrival(ushort Sequence, bool Received, long ArrivalUs);

    internal ref struct Enumerator
    {
        private ReadOnlySpan<byte> _chunks;
        private ReadOnlySpan<byte> _deltas;
        private int _left;
        private ushort _sequence;
        private long _arrivalUs;
        private uint _symbols;    // of the chunk at hand, two bits each, the next in the highest bits
        private int _symbolsLeft;
        private int _runSymbol;

        public Enumerator(ReadOnlySpan<byte> body, ushort baseSequence, int packetCount, long referenceUs)
        {
            _sequence = (ushort)(baseSequence - 1);
            _left = packetCount;
            _arrivalUs = referenceUs;
            _chunks = body[HeaderLength..];
            // The deltas start where the chunks end, which only reading the chunks tells.
            _deltas = _chunks[Math.Min(_chunks.Length, ChunkBytes(_chunks, _left))..];
            _runSymbol = -1;
        }

        public Arrival Current { get; private set; }

        public bool MoveNext()
        {
            if (_left == 0 || (_symbolsLeft == 0 && !NextChunk())) return false;
            var symbol = NextSymbol();
            _left--;
            _sequence++;
            switch (symbol)
            {
                case 1:
                    if (_deltas.Length < 1) return End();
                    _arrivalUs += 250 * _deltas[0];
                    _deltas = _deltas[1..];
                    break;
                case 2:
                    if (_deltas.Length < 2) return End();
                    _arrivalUs += 250 * BinaryPrimitives.ReadInt16BigEndian(_deltas);
                    _deltas = _deltas[2..];
                    break;
            }
            Current = new Arrival(_sequence, symbol is 1 or 2, _arrivalUs);
            return true;
        }

        private bool End()
        {
            _left = 0;
            return false;
        }

        private int NextSymbol()
        {
            _symbolsLeft--;
            if (_runSymbol >= 0) return _runSymbol;
            var symbol = (int)(_symbols >> 30);
            _symbols <<= 2;
            return symbol;
        }

        private bool NextChunk()
        {
            if (_chunks.Length < 2) return End();
            var chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks);
            _chunks = _chunks[2..];
            _runSymbol = -1;
            if ((chunk & 0x8000) == 0)
            {
                _runSymbol = (chunk >> 13) & 3;
                _symbolsLeft = Math.Min(chunk & 0x1FFF, _left);
                return _symbolsLeft > 0 || End();
            }
            if ((chunk & 0x4000) != 0)
            {
                _symbols = (uint)(chunk & 0x3FFF) << 18;
                _symbolsLeft = Math.Min(7, _left);
                return true;
            }
            _symbols = 0;
            for (var i = 0; i < 14; i++) _symbols |= (uint)((chunk >> (13 - i)) & 1) << (30 - (2 * i));
            _symbolsLeft = Math.Min(14, _left);
            return true;
        }

        private static int ChunkBytes(ReadOnlySpan<byte> chunks, int packets)
        {
            var bytes = 0;
            while (packets > 0 && bytes + 2 <= chunks.Length)
            {
                var chunk = BinaryPrimitives.ReadUInt16BigEndian(chunks[bytes..]);
                packets -= (chunk & 0x8000) == 0 ? Math.Max(1, chunk & 0x1FFF) : (chunk & 0x4000) != 0 ? 7 : 14;
                bytes += 2;
            }
            return bytes;
        }
    }
}
