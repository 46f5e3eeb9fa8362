using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>The sequence numbers that a generic NACK asks for (RFC 4585 section 6.2.1), one after the other.</summary>
internal ref struct NackItems
{
    private ReadOnlySpan<byte> _pairs;
    private ushort _base;
    private ushort _mask;

    public NackItems(in RtcpBlock block) => _pairs = block.Body.Length > 8 ? block.Body[8..] : default;

    public ushort Current { get; private set; }

    public readonly NackItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_mask != 0)
        {
            var shift = System.Numerics.BitOperations.TrailingZeroCount(_mask) + 1;
            _base += (ushort)shift;
            _mask = (ushort)(_mask >> shift);
            Current = _base;
            return true;
        }
        if (_pairs.Length < 4) return false;
        Current = _base = BinaryPrimitives.ReadUInt16BigEndian(_pairs);
        _mask = BinaryPrimitives.ReadUInt16BigEndian(_pairs[2..]);
        _pairs = _pairs[4..];
        return true;
    }
}
