using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>Acknowledgement (RFC 9260 3.3.4): all up to a TSN, and blocks past gaps.</summary>
internal readonly ref struct SackChunk
{
    public const int FixedBytes = 12;
    public const int EntryBytes = 4;

    private readonly ReadOnlySpan<byte> _blocks;

    private SackChunk(ReadOnlySpan<byte> value, int blocks)
    {
        Cumulative = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        Window = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        _blocks = value.Slice(FixedBytes, blocks * EntryBytes);
    }

    public Tsn Cumulative { get; }

    /// <summary>What the receiver has room for, in bytes.</summary>
    public uint Window { get; }

    public int Blocks => _blocks.Length / EntryBytes;

    /// <summary>A block's first and last TSN.</summary>
    public (Tsn First, Tsn Last) Block(int index) =>
        (Cumulative + BinaryPrimitives.ReadUInt16BigEndian(_blocks[(index * EntryBytes)..]),
            Cumulative + BinaryPrimitives.ReadUInt16BigEndian(_blocks[((index * EntryBytes) + 2)..]));

    /// <summary>False for what is short, or whose blocks are not in order. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SackChunk sack)
    {
        sack = default;
        if (value.Length < FixedBytes) return false;
        var blocks = BinaryPrimitives.ReadUInt16BigEndian(value[8..]);
        var duplicates = BinaryPrimitives.ReadUInt16BigEndian(value[10..]);
        if (value.Length < FixedBytes + ((blocks + duplicates) * EntryBytes)) return false;
        var last = 0;
        for (var i = 0; i < blocks; i++)
        {
            var entry = value[(FixedBytes + (i * EntryBytes))..];
            var (first, end) = (BinaryPrimitives.ReadUInt16BigEndian(entry), BinaryPrimitives.ReadUInt16BigEndian(entry[2..]));
            if (first <= last || end < first) return false;
            last = end;
        }
        sack = new SackChunk(value, blocks);
        return true;
    }

    /// <param name="blocks">Offsets from <paramref name="cumulative"/> of first and last.</param>
    public static void Write(
        ref SctpPacketWriter writer, Tsn cumulative, uint window,
        scoped ReadOnlySpan<(ushort First, ushort Last)> blocks,
        scoped ReadOnlySpan<Tsn> duplicates)
    {
        var value = writer.Add(ChunkType.Sack, 0, FixedBytes + ((blocks.Length + duplicates.Length) * EntryBytes));
        BinaryPrimitives.WriteUInt32BigEndian(value, cumulative.Value);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)blocks.Length);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], (ushort)duplicates.Length);
        var rest = value[FixedBytes..];
        foreach (var (first, last) in blocks)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, first);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], last);
            rest = rest[EntryBytes..];
        }
        foreach (var tsn in duplicates)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, tsn.Value);
            rest = rest[EntryBytes..];
        }
    }
}

/// <summary>The sender gives up what is before a TSN (RFC 3758 3.2).</summary>
internal readonly ref struct ForwardTsnChunk
{
    private const int EntryBytes = 4;

    private readonly ReadOnlySpan<byte> _streams;

    private ForwardTsnChunk(ReadOnlySpan<byte> value)
    {
        NewCumulative = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value));
        _streams = value[4..];
    }

    public Tsn NewCumulative { get; }

    public int Streams => _streams.Length / EntryBytes;

    /// <summary>An ordered stream and the last of its messages that was given up.</summary>
    public (ushort Stream, ushort Sequence) Skipped(int index) =>
        (BinaryPrimitives.ReadUInt16BigEndian(_streams[(index * EntryBytes)..]),
            BinaryPrimitives.ReadUInt16BigEndian(_streams[((index * EntryBytes) + 2)..]));

    public static bool TryParse(ReadOnlySpan<byte> value, out ForwardTsnChunk chunk)
    {
        chunk = default;
        if (value.Length < 4) return false;
        chunk = new ForwardTsnChunk(value);
        return true;
    }
}
