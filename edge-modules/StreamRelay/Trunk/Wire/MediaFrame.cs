using System.Buffers.Binary;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>What a media frame says of the RTP packet in it.</summary>
[Flags]
internal enum MediaFlags : byte
{
    None = 0,
    Video = 1,

    /// <summary>Sound, or part of a key frame: worth more than the rest.</summary>
    Protected = 2,

    /// <summary>Sent again because it was asked for, or because its link died.</summary>
    Repeated = 4,
}

/// <summary>
/// One RTP packet of a stream. Times are the low 32 bits of the sender's clock in microseconds: when it was first sent, and how long
/// before that it came into the first relay.
/// </summary>
internal readonly ref struct MediaFrame(ReadOnlySpan<byte> plaintext)
{
    public const int HeaderLength = 16;

    private const int FlagsAt = 1;

    private readonly ReadOnlySpan<byte> _data = plaintext;

    public MediaFlags Flags => (MediaFlags)_data[FlagsAt];

    /// <summary>The number that the sender gave the stream and its publisher.</summary>
    public ushort Alias => BinaryPrimitives.ReadUInt16BigEndian(_data[2..]);

    /// <summary>Low 32 bits of the number that every media frame of a direction has, whatever its link.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_data[4..]);

    public uint SentUs => BinaryPrimitives.ReadUInt32BigEndian(_data[8..]);

    /// <summary>Microseconds from ingest to <see cref="SentUs"/>.</summary>
    public uint AgeUs => BinaryPrimitives.ReadUInt32BigEndian(_data[12..]);

    public bool IsVideo => (Flags & MediaFlags.Video) != 0;
    public bool IsProtected => (Flags & MediaFlags.Protected) != 0;
    public bool IsRepeated => (Flags & MediaFlags.Repeated) != 0;

    public static bool TryParse(ReadOnlySpan<byte> plaintext, out MediaFrame frame)
    {
        frame = default;
        if (plaintext.Length <= HeaderLength || plaintext[0] != (byte)FrameKind.Media) return false;
        frame = new MediaFrame(plaintext);
        return true;
    }

    public static void Write(Span<byte> to, MediaFlags flags, ushort alias, uint sequence, uint sentUs, uint ageUs)
    {
        to[0] = (byte)FrameKind.Media;
        to[FlagsAt] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], alias);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], sentUs);
        BinaryPrimitives.WriteUInt32BigEndian(to[12..], ageUs);
    }

    public static void MarkRepeated(Span<byte> plaintext) => plaintext[FlagsAt] |= (byte)MediaFlags.Repeated;
}
