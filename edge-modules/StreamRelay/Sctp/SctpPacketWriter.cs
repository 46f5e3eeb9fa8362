using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>Puts chunks into a packet.</summary>
internal ref struct SctpPacketWriter
{
    private readonly Span<byte> _buffer;
    private int _length;

    public SctpPacketWriter(Span<byte> buffer, ushort sourcePort, ushort destinationPort, uint verificationTag)
    {
        _buffer = buffer;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], verificationTag);
        _length = SctpPacket.HeaderBytes;
    }

    public readonly bool IsEmpty => _length == SctpPacket.HeaderBytes;

    /// <summary>The longest value that one more chunk can have; negative when there is no room for a header.</summary>
    public readonly int Room => _buffer.Length - _length - SctpChunk.HeaderBytes;

    /// <summary>Adds a chunk and gives its value to be filled in; at most <see cref="Room"/>.</summary>
    public Span<byte> Add(ChunkType type, byte flags, int valueBytes)
    {
        var length = SctpChunk.HeaderBytes + valueBytes;
        var chunk = _buffer.Slice(_length, Math.Min(SctpChunk.Padded(length), _buffer.Length - _length));
        chunk[length..].Clear();
        (chunk[0], chunk[1]) = ((byte)type, flags);
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)length);
        _length += chunk.Length;
        return chunk[SctpChunk.HeaderBytes..length];
    }

    public void Add(ChunkType type, byte flags, scoped ReadOnlySpan<byte> value) => value.CopyTo(Add(type, flags, value.Length));

    /// <summary>Writes the checksum. The packet is then whole.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        var packet = _buffer[.._length];
        BinaryPrimitives.WriteUInt32LittleEndian(packet[SctpPacket.ChecksumOffset..], Crc32c.OfPacket(packet));
        return packet;
    }
}
