using System.Buffers.Binary;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>A piece of a control message; the last one of a message says so.</summary>
internal readonly ref struct ControlSegment(ReadOnlySpan<byte> plaintext)
{
    public const int HeaderLength = 4;
    public const int MaxBodyBytes = 1200;

    private readonly ReadOnlySpan<byte> _data = plaintext;

    public bool IsLast => _data[1] != 0;
    public ushort Number => BinaryPrimitives.ReadUInt16BigEndian(_data[2..]);
    public ReadOnlySpan<byte> Body => _data[HeaderLength..];

    public static bool TryParse(ReadOnlySpan<byte> plaintext, out ControlSegment segment)
    {
        segment = default;
        if (plaintext.Length is < HeaderLength or > HeaderLength + MaxBodyBytes) return false;
        if (plaintext[0] != (byte)FrameKind.Control || plaintext[1] > 1) return false;
        segment = new ControlSegment(plaintext);
        return true;
    }

    public static void WriteHeader(Span<byte> to, ushort number, bool isLast)
    {
        to[0] = (byte)FrameKind.Control;
        to[1] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], number);
    }
}
