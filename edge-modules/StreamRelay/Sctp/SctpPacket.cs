using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>A packet whose checksum and chunk lengths are right.</summary>
internal readonly ref struct SctpPacket
{
    public const int HeaderBytes = 12;
    public const int ChecksumOffset = 8;

    private SctpPacket(ReadOnlySpan<byte> packet)
    {
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(packet);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        VerificationTag = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        Chunks = new SctpChunks(packet[HeaderBytes..]);
    }

    public ushort SourcePort { get; }

    public ushort DestinationPort { get; }

    public uint VerificationTag { get; }

    /// <summary>At least one.</summary>
    public SctpChunks Chunks { get; }

    /// <summary>Reads a packet; false for one that is short, damaged, or has chunks that do not fit. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SctpPacket packet)
    {
        packet = default;
        if (bytes.Length < HeaderBytes + SctpChunk.HeaderBytes) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32c.OfPacket(bytes)) return false;
        return TryParseUnchecked(bytes, out packet);
    }

    /// <summary>The same without the checksum: for fuzzing, which would get no further.</summary>
    public static bool TryParseUnchecked(ReadOnlySpan<byte> bytes, out SctpPacket packet)
    {
        packet = default;
        if (bytes.Length < HeaderBytes + SctpChunk.HeaderBytes) return false;
        for (var rest = bytes[HeaderBytes..]; !rest.IsEmpty;)
        {
            if (!SctpChunk.TryRead(ref rest, out _)) return false;
        }
        packet = new SctpPacket(bytes);
        return true;
    }
}

/// <summary>The chunks of a packet, in order.</summary>
internal readonly ref struct SctpChunks(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    internal ref struct Enumerator(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public SctpChunk Current { get; private set; }

        public readonly bool IsLast => _rest.IsEmpty;

        public bool MoveNext()
        {
            if (_rest.IsEmpty || !SctpChunk.TryRead(ref _rest, out var chunk)) return false;
            Current = chunk;
            return true;
        }
    }
}

/// <summary>One chunk: type, flags and value.</summary>
internal readonly ref struct SctpChunk
{
    public const int HeaderBytes = 4;

    private SctpChunk(ReadOnlySpan<byte> whole) => Whole = whole;

    /// <summary>With its header and without padding.</summary>
    public ReadOnlySpan<byte> Whole { get; }

    public ChunkType Type => (ChunkType)Whole[0];

    public byte Flags => Whole[1];

    public ReadOnlySpan<byte> Value => Whole[HeaderBytes..];

    public UnknownAction ActionIfUnknown => (UnknownAction)(Whole[0] >> 6);

    /// <summary>Takes the next chunk, and its padding if it is there: the last one's may be missing.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> rest, out SctpChunk chunk)
    {
        chunk = default;
        if (rest.Length < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < HeaderBytes || length > rest.Length) return false;
        chunk = new SctpChunk(rest[..length]);
        rest = rest[Math.Min(rest.Length, Padded(length))..];
        return true;
    }

    /// <summary>A length rounded up to four.</summary>
    public static int Padded(int length) => (length + 3) & ~3;
}
