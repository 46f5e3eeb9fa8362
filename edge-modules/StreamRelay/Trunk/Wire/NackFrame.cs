using System.Buffers.Binary;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>The media frames that a receiver misses: entries of a number and a mask of the 32 that follow it.</summary>
internal readonly ref struct NackFrame(ReadOnlySpan<byte> plaintext)
{
    public const int MaxEntries = 64;
    public const int HeaderLength = 2;
    public const int EntryLength = 8;
    public const int MaxLength = HeaderLength + (MaxEntries * EntryLength);

    private readonly ReadOnlySpan<byte> _data = plaintext;

    public int Count => _data[1];

    public (uint First, uint Mask) this[int index] =>
        (BinaryPrimitives.ReadUInt32BigEndian(_data[(HeaderLength + (index * EntryLength))..]),
            BinaryPrimitives.ReadUInt32BigEndian(_data[(HeaderLength + (index * EntryLength) + 4)..]));

    public static bool TryParse(ReadOnlySpan<byte> plaintext, out NackFrame frame)
    {
        frame = default;
        if (plaintext.Length < HeaderLength || plaintext[0] != (byte)FrameKind.Nack || plaintext[1] is 0 or > MaxEntries) return false;
        if (plaintext.Length != HeaderLength + (plaintext[1] * EntryLength)) return false;
        frame = new NackFrame(plaintext);
        return true;
    }

    /// <param name="sequences">Ascending. Those that do not fit are left out.</param>
    /// <returns>The frame's length; 0 when there is nothing to ask for.</returns>
    public static int Write(Span<byte> to, ReadOnlySpan<long> sequences)
    {
        var count = 0;
        for (var i = 0; i < sequences.Length && count < MaxEntries; count++)
        {
            var first = sequences[i++];
            uint mask = 0;
            for (; i < sequences.Length && sequences[i] - first is > 0 and <= 32; i++) mask |= 1u << (int)(sequences[i] - first - 1);
            BinaryPrimitives.WriteUInt32BigEndian(to[(HeaderLength + (count * EntryLength))..], (uint)first);
            BinaryPrimitives.WriteUInt32BigEndian(to[(HeaderLength + (count * EntryLength) + 4)..], mask);
        }
        if (count == 0) return 0;
        to[0] = (byte)FrameKind.Nack;
        to[1] = (byte)count;
        return HeaderLength + (count * EntryLength);
    }
}
