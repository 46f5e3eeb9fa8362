using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtp;

/// <summary>
/// Writes an RTP header with extension elements, one-byte ones unless two-byte ones are asked for, into a caller's buffer.
/// </summary>
internal ref struct RtpHeaderWriter
{
    /// <summary>The longest value of a one-byte element.</summary>
    public const int MaxElementLength = 16;

    private readonly Span<byte> _buffer;
    private readonly bool _isTwoByte;
    private int _elementsEnd;

    /// <param name="buffer">Room for the header: 16 bytes and the extensions.</param>
    public RtpHeaderWriter(Span<byte> buffer, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc,
        bool isTwoByte = false)
    {
        _buffer = buffer;
        _isTwoByte = isTwoByte;
        buffer[0] = 0x80;
        buffer[1] = (byte)(payloadType | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], ssrc);
        _elementsEnd = RtpPacket.FixedHeaderLength + 4;
    }

    /// <summary>Adds an element; a value that the one-byte form cannot carry, or that does not fit, is left out.</summary>
    public void Add(byte id, scoped ReadOnlySpan<byte> value)
    {
        var tooLong = _isTwoByte ? value.Length > 255 : value.Length > MaxElementLength;
        if (id is 0 or > 14 || value.IsEmpty || tooLong || _elementsEnd + 2 + value.Length + 3 > _buffer.Length) return;
        if (_isTwoByte)
        {
            _buffer[_elementsEnd++] = id;
            _buffer[_elementsEnd++] = (byte)value.Length;
        }
        else
        {
            _buffer[_elementsEnd++] = (byte)((id << 4) | (value.Length - 1));
        }
        value.CopyTo(_buffer[_elementsEnd..]);
        _elementsEnd += value.Length;
    }

    public void AddUInt16(byte id, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        Add(id, bytes);
    }

    public void AddUInt24(byte id, uint value)
    {
        Span<byte> bytes = [(byte)(value >> 16), (byte)(value >> 8), (byte)value];
        Add(id, bytes);
    }

    /// <summary>Closes the extension block and returns the length of the header.</summary>
    public readonly int Finish()
    {
        const int ElementsStart = RtpPacket.FixedHeaderLength + 4;
        if (_elementsEnd == ElementsStart) return RtpPacket.FixedHeaderLength;
        var words = (_elementsEnd - ElementsStart + 3) / 4;
        _buffer[_elementsEnd..(ElementsStart + (4 * words))].Clear();
        _buffer[0] |= 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[RtpPacket.FixedHeaderLength..],
            _isTwoByte ? RtpExtensions.TwoByteProfile : RtpExtensions.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(RtpPacket.FixedHeaderLength + 2)..], (ushort)words);
        return ElementsStart + (4 * words);
    }
}
