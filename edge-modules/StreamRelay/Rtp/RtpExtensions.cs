namespace Marquee.StreamRelay.Rtp;

/// <summary>The header extension elements of a packet (RFC 8285), one-byte and two-byte forms. Malformed ones end the list.</summary>
internal readonly ref struct RtpExtensions(ReadOnlySpan<byte> elements, ushort profile)
{
    public const ushort OneByteProfile = 0xBEDE;
    public const ushort TwoByteProfile = 0x1000;

    private readonly ReadOnlySpan<byte> _elements = elements;

    public Enumerator GetEnumerator() => new(_elements, profile);

    /// <summary>Finds an element by the id that was negotiated for it; id 0 stands for "not negotiated" and is never found.</summary>
    public bool TryGet(byte id, out ReadOnlySpan<byte> value)
    {
        if (id != 0)
        {
            foreach (var element in this)
            {
                if (element.Id != id) continue;
                value = element.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    internal readonly ref struct Element(byte id, ReadOnlySpan<byte> value)
    {
        public byte Id { get; } = id;
        public ReadOnlySpan<byte> Value { get; } = value;
    }

    internal ref struct Enumerator(ReadOnlySpan<byte> elements, ushort profile)
    {
        private readonly bool _oneByte = profile == OneByteProfile;
        private ReadOnlySpan<byte> _rest = profile == OneByteProfile || (profile & 0xFFF0) == TwoByteProfile ? elements : default;
        private byte _id;
        private ReadOnlySpan<byte> _value;

        public readonly Element Current => new(_id, _value);

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                if (_rest[0] == 0)
                {
                    _rest = _rest[1..]; // padding between elements
                    continue;
                }
                if (_oneByte) return OneByte();
                return TwoByte();
            }
            return false;
        }

        private bool OneByte()
        {
            var id = (byte)(_rest[0] >> 4);
            var length = (_rest[0] & 0x0F) + 1;
            // Id 15 is reserved and stops processing (RFC 8285 section 4.2); id 0 with a length is not an element either.
            if (id is 15 or 0 || 1 + length > _rest.Length) return End();
            _id = id;
            _value = _rest.Slice(1, length);
            _rest = _rest[(1 + length)..];
            return true;
        }

        private bool TwoByte()
        {
            if (_rest.Length < 2 || 2 + _rest[1] > _rest.Length) return End();
            _id = _rest[0];
            _value = _rest.Slice(2, _rest[1]);
            _rest = _rest[(2 + _rest[1])..];
            return true;
        }

        private bool End()
        {
            _rest = default;
            return false;
        }
    }
}
