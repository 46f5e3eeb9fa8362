using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>A message or a fragment of one (RFC 9260 3.3.1).</summary>
internal readonly ref struct DataChunk
{
    public const int FixedBytes = 12;
    public const byte End = 1;
    public const byte Begin = 2;
    public const byte Unordered = 4;
    public const byte Immediate = 8;

    private readonly byte _flags;

    private DataChunk(byte flags, ReadOnlySpan<byte> value)
    {
        _flags = flags;
        Tsn = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        Stream = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        StreamSequence = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        Protocol = BinaryPrimitives.ReadUInt32BigEndian(value[8..]);
        Payload = value[FixedBytes..];
    }

    public Tsn Tsn { get; }

    public ushort Stream { get; }

    public ushort StreamSequence { get; }

    /// <summary>Payload protocol identifier.</summary>
    public uint Protocol { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public bool IsBegin => (_flags & Begin) != 0;

    public bool IsEnd => (_flags & End) != 0;

    public bool IsUnordered => (_flags & Unordered) != 0;

    /// <summary>The sender wants its acknowledgement at once (RFC 7053).</summary>
    public bool IsImmediate => (_flags & Immediate) != 0;

    public static bool TryParse(in SctpChunk chunk, out DataChunk data)
    {
        data = default;
        if (chunk.Value.Length < FixedBytes) return false;
        data = new DataChunk(chunk.Flags, chunk.Value);
        return true;
    }
}
