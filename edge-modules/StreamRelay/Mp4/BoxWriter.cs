using System.Buffers.Binary;
using System.Text;

namespace Marquee.StreamRelay.Mp4;

/// <summary>Writes ISO base media boxes (ISO/IEC 14496-12) into a buffer that grows and is used again.</summary>
internal sealed class BoxWriter
{
    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Opens a box; give what it returns to <see cref="Close"/>.</summary>
    public int Open(string type)
    {
        var start = Length;
        UInt32(0);
        Encoding.ASCII.GetBytes(type, Take(4));
        return start;
    }

    /// <summary>Opens a box with version and flags.</summary>
    public int OpenFull(string type, byte version = 0, uint flags = 0)
    {
        var start = Open(type);
        UInt32(((uint)version << 24) | flags);
        return start;
    }

    public void Close(int start) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(start), (uint)(Length - start));

    public void UInt8(byte value) => Take(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    public void Zeros(int count) => Take(count).Clear();

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Text with a zero after it.</summary>
    public void Text(string text)
    {
        Encoding.ASCII.GetBytes(text, Take(text.Length));
        UInt8(0);
    }

    /// <summary>Fills in what was not known when its place was written.</summary>
    public void PatchUInt32(int position, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(position), value);

    private Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
