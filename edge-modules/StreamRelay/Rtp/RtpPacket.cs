using System.Buffers.Binary;

namespace Marquee.StreamRelay.Rtp;

/// <summary>An RTP packet (RFC 3550 section 5.1) as a view on its bytes: nothing is copied.</summary>
internal readonly ref struct RtpPacket
{
    public const int FixedHeaderLength = 12;

    /// <summary>The longest packet that is read: an Ethernet frame with room for a tunnel.</summary>
    public const int MaxLength = 2048;

    private readonly ReadOnlySpan<byte> _data;

    private RtpPacket(ReadOnlySpan<byte> data, int extensionOffset, int extensionLength, ushort extensionProfile, int payloadOffset,
        int paddingLength)
    {
        _data = data;
        ExtensionOffset = extensionOffset;
        ExtensionLength = extensionLength;
        ExtensionProfile = extensionProfile;
        PayloadOffset = payloadOffset;
        PaddingLength = paddingLength;
    }

    /// <summary>The whole packet, header and padding included.</summary>
    public ReadOnlySpan<byte> Data => _data;

    public bool Marker => (_data[1] & 0x80) != 0;
    public byte PayloadType => (byte)(_data[1] & 0x7F);
    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_data[2..]);
    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_data[4..]);
    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_data[8..]);
    public int CsrcCount => _data[0] & 0x0F;

    /// <summary>Where the extension elements start (after their four-byte header); 0 when there are none.</summary>
    public int ExtensionOffset { get; }

    /// <summary>Bytes of extension elements.</summary>
    public int ExtensionLength { get; }

    /// <summary>0xBEDE for one-byte elements, 0x1000 to 0x100F for two-byte elements (RFC 8285).</summary>
    public ushort ExtensionProfile { get; }

    public int PayloadOffset { get; }
    public int PaddingLength { get; }
    public int PayloadLength => _data.Length - PayloadOffset - PaddingLength;

    /// <summary>The payload without padding; empty for a packet that is padding only.</summary>
    public ReadOnlySpan<byte> Payload => _data.Slice(PayloadOffset, PayloadLength);

    public RtpExtensions Extensions => new(_data.Slice(ExtensionOffset, ExtensionLength), ExtensionProfile);

    public uint Csrc(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CsrcCount);
        return BinaryPrimitives.ReadUInt32BigEndian(_data[(FixedHeaderLength + (4 * index))..]);
    }

    /// <summary>Reads a packet; false when the bytes are not a whole RTP version 2 packet.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out RtpPacket packet)
    {
        packet = default;
        if (data.Length is < FixedHeaderLength or > MaxLength || data[0] >> 6 != 2) return false;
        var offset = FixedHeaderLength + (4 * (data[0] & 0x0F));
        if (offset > data.Length) return false;
        int extensionOffset = 0, extensionLength = 0;
        ushort profile = 0;
        if ((data[0] & 0x10) != 0)
        {
            if (offset + 4 > data.Length) return false;
            profile = BinaryPrimitives.ReadUInt16BigEndian(data[offset..]);
            extensionLength = 4 * BinaryPrimitives.ReadUInt16BigEndian(data[(offset + 2)..]);
            extensionOffset = offset + 4;
            offset = extensionOffset + extensionLength;
            if (offset > data.Length) return false;
        }
        var padding = 0;
        if ((data[0] & 0x20) != 0)
        {
            if (offset == data.Length) return false;
            padding = data[^1];
            if (padding == 0 || offset + padding > data.Length) return false;
        }
        packet = new RtpPacket(data, extensionOffset, extensionLength, profile, offset, padding);
        return true;
    }
}
