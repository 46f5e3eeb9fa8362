namespace Marquee.StreamRelay.Mp4;

/// <summary>Reads bits of a NAL unit, emulation prevention taken out. Past the end it reads zeros and says so; it never throws.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position; // bytes read
    private int _zeros;    // zero bytes in a row before the current one
    private uint _current;
    private int _left;     // bits left of the current byte

    public bool IsPastEnd { get; private set; }

    /// <summary>Up to 32 bits.</summary>
    public uint Bits(int count)
    {
        var value = 0u;
        for (; count > 0; count--)
        {
            if (_left == 0) Next();
            _left--;
            value = (value << 1) | ((_current >> _left) & 1);
        }
        return value;
    }

    /// <summary>ue(v), section 9.1.</summary>
    public uint UnsignedExpGolomb()
    {
        var zeros = 0;
        while (Bits(1) == 0)
        {
            if (IsPastEnd || ++zeros > 31)
            {
                IsPastEnd = true;
                return 0;
            }
        }
        return (uint)((1UL << zeros) - 1 + Bits(zeros));
    }

    /// <summary>se(v).</summary>
    public int SignedExpGolomb()
    {
        var value = UnsignedExpGolomb();
        return (value & 1) == 1 ? (int)((value >> 1) + 1) : -(int)(value >> 1);
    }

    private void Next()
    {
        _left = 8;
        if (_zeros >= 2 && _position < _bytes.Length && _bytes[_position] == 3)
        {
            _position++;
            _zeros = 0;
        }
        if (_position >= _bytes.Length)
        {
            (IsPastEnd, _current) = (true, 0);
            return;
        }
        _current = _bytes[_position++];
        _zeros = _current == 0 ? _zeros + 1 : 0;
    }
}
