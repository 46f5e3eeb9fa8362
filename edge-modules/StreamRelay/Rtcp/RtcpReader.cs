using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtcp;

/// <summary>RTCP packet types (RFC 3550, RFC 4585).</summary>
internal enum RtcpType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Bye = 203,
    Application = 204,
    TransportFeedback = 205,
    PayloadFeedback = 206,
    ExtendedReport = 207,
}

/// <summary>The feedback message types, by the packet type that they appear in.</summary>
internal static class RtcpFormat
{
    public const byte Nack = 1;              // in TransportFeedback, RFC 4585
    public const byte TransportWide = 15;    // in TransportFeedback, draft-holmer-rmcat-transport-wide-cc-extensions-01
    public const byte PictureLoss = 1;       // in PayloadFeedback, RFC 4585
    public const byte FullIntraRequest = 4;  // in PayloadFeedback, RFC 5104
    public const byte Application = 15;      // in PayloadFeedback: REMB
}

/// <summary>One packet of a compound: its type, its count or format, and what follows its four-byte header.</summary>
internal readonly ref struct RtcpBlock(RtcpType type, byte count, ReadOnlySpan<byte> body)
{
    public RtcpType Type { get; } = type;

    /// <summary>Report count, source count, or feedback format: the five bits of the first byte.</summary>
    public byte Count { get; } = count;

    /// <summary>Without the common header and without padding.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    public bool Is(RtcpType type, byte format) => Type == type && Count == format;

    /// <summary>The SSRC of the packet's sender; 0 when the packet is too short to have one.</summary>
    public uint SenderSsrc => Body.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Body) : 0;

    /// <summary>The media source that a feedback packet is about; 0 when the packet is too short to have one.</summary>
    public uint MediaSsrc => Body.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(Body[4..]) : 0;
}

/// <summary>Walks a compound RTCP packet. A malformed packet ends the walk: what was read before it stands.</summary>
internal ref struct RtcpReader(ReadOnlySpan<byte> compound)
{
    public const int MaxBlocks = 64;

    private ReadOnlySpan<byte> _rest = compound;
    private int _blocks;

    public RtcpBlock Current { get; private set; }

    /// <summary>True when the walk ended before the bytes did.</summary>
    public readonly bool IsMalformed => !_rest.IsEmpty;

    public readonly RtcpReader GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < 4 || _blocks >= MaxBlocks || _rest[0] >> 6 != 2 || _rest[1] is < 192 or > 223) return false;
        var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1);
        if (length > _rest.Length) return false;
        var padding = 0;
        if ((_rest[0] & 0x20) != 0)
        {
            padding = _rest[length - 1];
            if (padding == 0 || padding > length - 4) return false;
        }
        Current = new RtcpBlock((RtcpType)_rest[1], (byte)(_rest[0] & 0x1F), _rest[4..(length - padding)]);
        _rest = _rest[length..];
        _blocks++;
        return true;
    }
}
