using System.Buffers.Binary;
using Marquee.StreamRelay.Mp4;

namespace Marquee.StreamRelay.Capture;

/// <summary>VP8 (RFC 7741) and VP9 (RFC 9628) from RTP: the descriptors come off, the rest is the frame. One spatial layer.</summary>
internal sealed class VpxFrameReader(bool isVp9) : FrameReader
{
    private VpxFormat? _format;

    public override VideoFormat? Format => _format;

    public override void Append(ReadOnlySpan<byte> payload)
    {
        var length = isVp9 ? Vp9Descriptor(payload) : Vp8Descriptor(payload);
        if (length < 0 || length > payload.Length) IsDamaged = true;
        else Write(payload[length..]);
    }

    public override bool TryComplete()
    {
        if (!base.TryComplete()) return false;
        var isReadable = isVp9 ? TryReadVp9(out var isKey, out var width, out var height) : TryReadVp8(out isKey, out width, out height);
        if (!isReadable) return false;
        IsKey = isKey;
        if (isKey && (_format is null || (_format.Width, _format.Height) != (width, height))) _format = new VpxFormat(isVp9, width, height);
        return _format is not null;
    }

    private static int Vp8Descriptor(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return -1;
        if ((payload[0] & 0x80) == 0) return 1;
        var (fields, offset) = (payload[1], 2);
        if ((fields & 0x80) != 0)
        {
            if (offset >= payload.Length) return -1;
            offset += (payload[offset] & 0x80) != 0 ? 2 : 1;
        }
        if ((fields & 0x40) != 0) offset++;
        if ((fields & 0x30) != 0) offset++;
        return offset;
    }

    private int Vp9Descriptor(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return -1;
        var (fields, offset) = (payload[0], 1);
        if ((fields & 0x80) != 0) offset += (payload[1] & 0x80) != 0 ? 2 : 1;
        if ((fields & 0x20) != 0)
        {
            if (offset >= payload.Length) return -1;
            if ((payload[offset] & 0x0E) != 0) IsDamaged = true; // a higher spatial layer: needs a superframe
            offset += (fields & 0x10) != 0 ? 1 : 2;
        }
        if ((fields & 0x50) == 0x50)
        {
            for (var references = 0; ; references++)
            {
                if (offset >= payload.Length || references == 3) return -1;
                if ((payload[offset++] & 1) == 0) break;
            }
        }
        return (fields & 0x02) != 0 ? SkipScalability(payload, offset) : offset;
    }

    private static int SkipScalability(ReadOnlySpan<byte> payload, int offset)
    {
        if (offset >= payload.Length) return -1;
        var fields = payload[offset++];
        if ((fields & 0x10) != 0) offset += 4 * ((fields >> 5) + 1);
        if ((fields & 0x08) == 0) return offset;
        if (offset >= payload.Length) return -1;
        for (var pictures = payload[offset++]; pictures > 0; pictures--)
        {
            if (offset >= payload.Length) return -1;
            offset += 1 + ((payload[offset] >> 2) & 3);
        }
        return offset;
    }

    private bool TryReadVp8(out bool isKey, out int width, out int height)
    {
        var frame = Frame;
        (isKey, width, height) = ((frame[0] & 1) == 0, 0, 0);
        if (!isKey) return true;
        if (frame.Length < 10 || frame[3] != 0x9D || frame[4] != 0x01 || frame[5] != 0x2A) return false;
        width = BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3FFF;
        height = BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3FFF;
        return width > 0 && height > 0;
    }

    /// <summary>The uncompressed header, profile 0 (VP9 bitstream specification section 6.2).</summary>
    private bool TryReadVp9(out bool isKey, out int width, out int height)
    {
        (isKey, width, height) = (false, 0, 0);
        var frame = Frame;
        if (frame.Length < 1 || frame[0] >> 6 != 2) return false;
        if ((frame[0] & 0x30) != 0) return false; // another profile
        if ((frame[0] & 0x08) != 0) return true;  // shows a frame that is there
        isKey = (frame[0] & 0x04) == 0;
        if (!isKey) return true;
        if (frame.Length < 9 || frame[1] != 0x49 || frame[2] != 0x83 || frame[3] != 0x42) return false;
        // Colour space (3 bits, and a bit of range unless it is sRGB), then two 16-bit sizes less one.
        var bits = (BinaryPrimitives.ReadUInt64BigEndian([frame[4], frame[5], frame[6], frame[7], frame[8], 0, 0, 0]));
        if (bits >> 61 == 7) return false;
        bits <<= 4;
        (width, height) = ((int)(bits >> 48) + 1, (int)((bits >> 32) & 0xFFFF) + 1);
        return true;
    }
}
