using System.Buffers.Binary;
using System.Text;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Ice;

/// <summary>Builds a STUN message in a buffer of at least 256 bytes.</summary>
internal ref struct StunWriter
{
    private readonly Span<byte> _buffer;
    private int _length;

    public StunWriter(Span<byte> buffer, StunClass kind, ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        var type = (ushort)(StunMessage.BindingMethod | (((int)kind & 1) << 4) | (((int)kind & 2) << 7));
        BinaryPrimitives.WriteUInt16BigEndian(buffer, type);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.MagicCookie);
        transactionId.CopyTo(buffer[8..]);
        _length = StunMessage.HeaderBytes;
    }

    public void XorMappedAddress(in PeerAddress address)
    {
        var value = Attribute(StunAttribute.XorMappedAddress, address.IsIPv4 ? 8 : 20);
        value[0] = 0;
        value[1] = (byte)(address.IsIPv4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunMessage.MagicCookie >> 16)));
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], address.ToV4() ^ StunMessage.MagicCookie);
            return;
        }
        address.WriteV6(value[4..]);
        for (var i = 0; i < 16; i++) value[4 + i] ^= _buffer[4 + i];
    }

    public void ErrorCode(int code, ReadOnlySpan<byte> reason)
    {
        var value = Attribute(StunAttribute.ErrorCode, 4 + reason.Length);
        value[..2].Clear();
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        reason.CopyTo(value[4..]);
    }

    public void UnknownAttributes(ushort type) => BinaryPrimitives.WriteUInt16BigEndian(Attribute(StunAttribute.UnknownAttributes, 2), type);

    public void Username(string username) => Encoding.UTF8.GetBytes(username, Attribute(StunAttribute.Username, Encoding.UTF8.GetByteCount(username)));

    public void Priority(uint priority) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(StunAttribute.Priority, 4), priority);

    public void IceControlling(ulong tieBreaker) => BinaryPrimitives.WriteUInt64BigEndian(Attribute(StunAttribute.IceControlling, 8), tieBreaker);

    public void IceControlled(ulong tieBreaker) => BinaryPrimitives.WriteUInt64BigEndian(Attribute(StunAttribute.IceControlled, 8), tieBreaker);

    public void UseCandidate() => Attribute(StunAttribute.UseCandidate, 0);

    /// <summary>An attribute of any type, for tests and clients.</summary>
    public void Raw(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>Signs if there is a key, adds the fingerprint, and closes the message.</summary>
    /// <returns>Its length.</returns>
    public int Finish(StunKey? key)
    {
        if (key is not null)
        {
            var signed = _buffer[.._length];
            key.Sign(signed, Attribute(StunAttribute.MessageIntegrity, StunMessage.IntegrityBytes));
        }
        // The fingerprint covers a length that counts the fingerprint.
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(_length + 8 - StunMessage.HeaderBytes));
        var crc = Crc32.Of(_buffer[.._length]) ^ StunMessage.FingerprintMask;
        BinaryPrimitives.WriteUInt32BigEndian(Attribute(StunAttribute.Fingerprint, 4), crc);
        return _length;
    }

    private Span<byte> Attribute(ushort type, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_length..], type);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + 2)..], (ushort)length);
        var padded = (length + 3) & ~3;
        var value = _buffer.Slice(_length + 4, padded);
        value[length..].Clear();
        _length += 4 + padded;
        return value[..length];
    }
}
