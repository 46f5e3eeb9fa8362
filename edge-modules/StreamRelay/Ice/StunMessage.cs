using System.Buffers.Binary;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Ice;

/// <summary>A STUN message (RFC 8489) as it lies in its datagram. Parsing never throws and copies nothing.</summary>
internal readonly ref struct StunMessage
{
    public const int HeaderBytes = 20;
    public const int TransactionBytes = 12;
    public const uint MagicCookie = 0x2112A442;
    public const ushort BindingMethod = 0x001;
    public const uint FingerprintMask = 0x5354554E;
    public const int IntegrityBytes = 20;

    /// <summary>Attributes looked at; a message of more is refused.</summary>
    public const int MaxAttributes = 32;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _integrityAt;

    private StunMessage(ReadOnlySpan<byte> bytes, Fields fields)
    {
        _bytes = bytes;
        _integrityAt = fields.IntegrityAt;
        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        Class = (StunClass)(((type >> 4) & 1) | ((type >> 7) & 2));
        Method = (ushort)((type & 0x000F) | ((type & 0x00E0) >> 1) | ((type & 0x3E00) >> 2));
        Username = fields.UsernameLength >= 0 ? bytes.Slice(fields.UsernameAt, fields.UsernameLength) : default;
        HasUsername = fields.UsernameLength >= 0;
        HasFingerprint = fields.HasFingerprint;
        Priority = fields.Priority;
        UseCandidate = fields.UseCandidate;
        IsControlled = fields.IsControlled;
        IsControlling = fields.IsControlling;
        ErrorCode = fields.ErrorCode;
        UnknownAttribute = fields.Unknown;
        Mapped = fields.Mapped;
    }

    public StunClass Class { get; }
    public ushort Method { get; }
    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, TransactionBytes);
    public bool HasUsername { get; }
    public ReadOnlySpan<byte> Username { get; }
    public bool HasIntegrity => _integrityAt >= 0;

    /// <summary>Present and right: a wrong fingerprint does not parse.</summary>
    public bool HasFingerprint { get; }
    public uint Priority { get; }
    public bool UseCandidate { get; }
    public bool IsControlled { get; }
    public bool IsControlling { get; }

    /// <summary>300 to 699, or zero.</summary>
    public int ErrorCode { get; }

    /// <summary>The first attribute that must be understood and is not, or zero.</summary>
    public ushort UnknownAttribute { get; }

    /// <summary>XOR-MAPPED-ADDRESS of an answer.</summary>
    public PeerAddress Mapped { get; }

    private struct Fields
    {
        public int IntegrityAt = -1;
        public int UsernameAt;
        public int UsernameLength = -1;
        public bool HasFingerprint;
        public uint Priority;
        public bool UseCandidate;
        public bool IsControlled;
        public bool IsControlling;
        public int ErrorCode;
        public ushort Unknown;
        public PeerAddress Mapped;

        public Fields()
        {
        }
    }

    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length < HeaderBytes || datagram[0] >> 6 != 0) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if ((length & 3) != 0 || datagram.Length != HeaderBytes + length) return false;
        var fields = new Fields();
        var at = HeaderBytes;
        for (var count = 0; at < datagram.Length; count++)
        {
            if (count == MaxAttributes || datagram.Length - at < 4) return false;
            var type = BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            var valueLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);
            var padded = (valueLength + 3) & ~3;
            if (datagram.Length - at - 4 < padded) return false;
            if (!TryRead(type, datagram, at, valueLength, ref fields)) return false;
            at += 4 + padded;
            if (type == StunAttribute.Fingerprint && at != datagram.Length) return false;
        }
        message = new StunMessage(datagram, fields);
        return true;
    }

    /// <summary>Whether MESSAGE-INTEGRITY is there and made with this key.</summary>
    public bool IsAuthentic(StunKey key) => HasIntegrity && key.Verify(_bytes[.._integrityAt], _bytes.Slice(_integrityAt + 4, IntegrityBytes));

    private static bool TryRead(ushort type, ReadOnlySpan<byte> datagram, int at, int length, ref Fields fields)
    {
        var value = datagram.Slice(at + 4, length);
        // RFC 8489 14.5: what follows MESSAGE-INTEGRITY is not authenticated, and is ignored but for the fingerprint.
        if (fields.IntegrityAt >= 0 && type != StunAttribute.Fingerprint) return true;
        switch (type)
        {
            case StunAttribute.Username:
                (fields.UsernameAt, fields.UsernameLength) = (at + 4, length);
                return true;
            case StunAttribute.MessageIntegrity:
                fields.IntegrityAt = at;
                return length == IntegrityBytes;
            case StunAttribute.Fingerprint:
                fields.HasFingerprint = true;
                return length == 4 && BinaryPrimitives.ReadUInt32BigEndian(value) == (Crc32.Of(datagram[..at]) ^ FingerprintMask);
            case StunAttribute.Priority:
                if (length != 4) return false;
                fields.Priority = BinaryPrimitives.ReadUInt32BigEndian(value);
                return true;
            case StunAttribute.UseCandidate:
                fields.UseCandidate = true;
                return length == 0;
            case StunAttribute.IceControlled:
                fields.IsControlled = true;
                return length == 8;
            case StunAttribute.IceControlling:
                fields.IsControlling = true;
                return length == 8;
            case StunAttribute.ErrorCode:
                if (length < 4) return false;
                fields.ErrorCode = ((value[2] & 7) * 100) + value[3];
                return true;
            case StunAttribute.XorMappedAddress:
                return TryReadMapped(value, datagram.Slice(4, 16), out fields.Mapped);
            case StunAttribute.MappedAddress or StunAttribute.UnknownAttributes:
                return true;
            default:
                if (type < StunAttribute.FirstOptional && fields.Unknown == 0) fields.Unknown = type;
                return true;
        }
    }

    private static bool TryReadMapped(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, out PeerAddress address)
    {
        address = default;
        if (value.Length < 8) return false;
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (MagicCookie >> 16));
        if (value[1] == 1 && value.Length == 8)
        {
            address = PeerAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ MagicCookie, port);
            return true;
        }
        if (value[1] != 2 || value.Length != 20) return false;
        Span<byte> plain = stackalloc byte[16];
        for (var i = 0; i < plain.Length; i++) plain[i] = (byte)(value[4 + i] ^ mask[i]);
        address = PeerAddress.V6(plain, port, 0);
        return true;
    }
}
