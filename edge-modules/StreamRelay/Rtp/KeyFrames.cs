using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtp;

/// <summary>What a packet says of the key frame that it may belong to.</summary>
internal enum KeyFrameMark
{
    None,

    /// <summary>A decoder can start with this packet.</summary>
    Start,

    /// <summary>
    /// The first piece of an H.264 IDR slice: the frame starts here, or with the parameter sets in packets of the same time before it.
    /// </summary>
    Slice,
}

/// <summary>Finds the start of key frames in RTP payloads. Never throws, whatever the bytes.</summary>
internal static class KeyFrames
{
    private const int H264Idr = 5;
    private const int H264ParameterSet = 7;
    private const int H264StapA = 24;
    private const int H264FuA = 28;

    public static KeyFrameMark Find(MediaCodec codec, ReadOnlySpan<byte> payload) => codec switch
    {
        MediaCodec.H264 => H264(payload),
        MediaCodec.Vp8 => Vp8(payload),
        MediaCodec.Vp9 => Vp9(payload),
        MediaCodec.Av1 => Av1(payload),
        _ => KeyFrameMark.None,
    };

    /// <summary>RFC 6184: single NAL unit, STAP-A and FU-A packets.</summary>
    private static KeyFrameMark H264(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return payload.Length == 1 ? OfNal(payload[0]) : KeyFrameMark.None;
        return (payload[0] & 0x1F) switch
        {
            H264StapA => H264Aggregate(payload[1..]),
            H264FuA => (payload[1] & 0x80) != 0 ? OfNal(payload[1]) : KeyFrameMark.None,
            _ => OfNal(payload[0]),
        };
    }

    private static KeyFrameMark H264Aggregate(ReadOnlySpan<byte> units)
    {
        var mark = KeyFrameMark.None;
        while (units.Length >= 3)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(units);
            if (length == 0 || 2 + length > units.Length) break;
            var found = OfNal(units[2]);
            if (found == KeyFrameMark.Start) return found;
            if (found == KeyFrameMark.Slice) mark = found;
            units = units[(2 + length)..];
        }
        return mark;
    }

    private static KeyFrameMark OfNal(byte header) => (header & 0x1F) switch
    {
        H264ParameterSet => KeyFrameMark.Start,
        H264Idr => KeyFrameMark.Slice,
        _ => KeyFrameMark.None,
    };

    /// <summary>RFC 7741: the first packet of partition 0, then the P bit of the frame's own header.</summary>
    private static KeyFrameMark Vp8(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 || (payload[0] & 0x10) == 0 || (payload[0] & 0x07) != 0) return KeyFrameMark.None;
        var offset = 1;
        if ((payload[0] & 0x80) != 0)
        {
            var fields = payload[1];
            offset = 2;
            if ((fields & 0x80) != 0)
            {
                if (offset >= payload.Length) return KeyFrameMark.None;
                offset += (payload[offset] & 0x80) != 0 ? 2 : 1;
            }
            if ((fields & 0x40) != 0) offset++;
            if ((fields & 0x30) != 0) offset++;
        }
        return offset < payload.Length && (payload[offset] & 0x01) == 0 ? KeyFrameMark.Start : KeyFrameMark.None;
    }

    /// <summary>RFC 9628: the beginning of a frame that is not predicted, on the lowest spatial layer.</summary>
    private static KeyFrameMark Vp9(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return KeyFrameMark.None;
        var fields = payload[0];
        if ((fields & 0x40) != 0 || (fields & 0x08) == 0) return KeyFrameMark.None;
        if ((fields & 0x20) == 0) return KeyFrameMark.Start;
        var offset = 1;
        if ((fields & 0x80) != 0) offset += (payload[1] & 0x80) != 0 ? 2 : 1;
        return offset < payload.Length && (payload[offset] & 0x0E) == 0 ? KeyFrameMark.Start : KeyFrameMark.None;
    }

    /// <summary>
    /// The AV1 aggregation header: N, the first packet of a coded video sequence, and not the rest of an earlier OBU (Z).
    /// </summary>
    private static KeyFrameMark Av1(ReadOnlySpan<byte> payload) =>
        payload.Length >= 2 && (payload[0] & 0x88) == 0x08 ? KeyFrameMark.Start : KeyFrameMark.None;
}
