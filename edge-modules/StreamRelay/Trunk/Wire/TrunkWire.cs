namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>What every datagram between two PoPs keeps to. Numbers are big-endian.</summary>
internal static class TrunkWire
{
    /// <summary>First byte of a handshake datagram, the only kind that is not encrypted; it is authenticated.</summary>
    public const byte Hello = 0xA1;

    /// <summary>First byte of a sealed datagram.</summary>
    public const byte Sealed = 0xA2;

    /// <summary>Links between two PoPs; their ids are 0 to 7.</summary>
    public const int MaxLinks = 8;

    public const int TagBytes = 16;

    /// <summary>The longest RTP packet that a trunk carries: what fits a datagram besides headers and tag.</summary>
    public const int MaxRtpBytes = Net.Datagram.MaxBytes - SealedHeader.Length - MediaFrame.HeaderLength - TagBytes;

    /// <summary>The longest plaintext.</summary>
    public const int MaxPlaintextBytes = Net.Datagram.MaxBytes - SealedHeader.Length - TagBytes;
}

/// <summary>First byte of a plaintext: what the frame is.</summary>
internal enum FrameKind : byte
{
    Media = 1,
    Report = 2,
    Nack = 3,
    Control = 4,
}
