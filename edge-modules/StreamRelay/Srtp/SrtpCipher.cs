namespace Marquee.StreamRelay.Srtp;

/// <summary>
/// The keyed half of a direction: encrypts and authenticates in place. Knows nothing of sequence or replay. Not for two threads.
/// </summary>
internal abstract class SrtpCipher : IDisposable
{
    /// <summary>Bytes that a protected RTP packet is longer than its plaintext.</summary>
    public abstract int RtpOverheadBytes { get; }

    /// <summary>Bytes that protected RTCP is longer, its index included.</summary>
    public abstract int RtcpOverheadBytes { get; }

    /// <param name="buffer">The packet, with room behind it for <see cref="RtpOverheadBytes"/>.</param>
    /// <param name="index">Roll-over count and sequence number, 48 bits.</param>
    /// <returns>Length of the protected packet.</returns>
    public abstract int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index);

    /// <summary>The same for a packet that is not yet in one piece: header and payload are joined in the buffer on the way.</summary>
    /// <param name="header">The whole header, and nothing of the payload.</param>
    public virtual int ProtectRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> buffer, uint ssrc, ulong index)
    {
        header.CopyTo(buffer);
        payload.CopyTo(buffer[header.Length..]);
        return ProtectRtp(buffer, header.Length + payload.Length, header.Length, ssrc, index);
    }

    /// <param name="packet">The protected packet; undefined if the answer is no.</param>
    /// <returns>Whether it is authentic; then the plaintext's length is <see cref="RtpOverheadBytes"/> less.</returns>
    public abstract bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <param name="index">31 bits.</param>
    public abstract int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index);

    /// <summary>The index field of protected RTCP, with the E bit on top. The packet is at least 8 bytes and the overhead long.</summary>
    public abstract uint ReadRtcpIndex(ReadOnlySpan<byte> packet);

    public abstract bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index);

    public abstract void Dispose();
}
