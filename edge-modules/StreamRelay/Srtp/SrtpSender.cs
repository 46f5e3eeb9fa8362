using System.Buffers.Binary;

namespace Marquee.StreamRelay.Srtp;

/// <summary>
/// The sending direction. A packet sent again under its old sequence number must be the same packet byte for byte: the same index is
/// the same nonce, and under GCM another header with it would give the authentication key away. Retransmissions with other bytes go by RTX.
/// </summary>
internal sealed class SrtpSender(SrtpCipher cipher) : IDisposable
{
    public const int MaxSources = 32;

    private const int RtcpHeaderBytes = 8;
    private const uint MaxRtcpIndex = 0x7FFF_FFFF;

    private readonly Source[] _sources = new Source[MaxSources];
    private int _count;
    private int _last;
    private uint _rtcpIndex;

    private struct Source
    {
        public uint Ssrc;
        public ulong Newest;
    }

    public int RtpOverheadBytes => cipher.RtpOverheadBytes;

    public int RtcpOverheadBytes => cipher.RtcpOverheadBytes;

    /// <param name="buffer">The packet, with room behind it; encrypted in place.</param>
    /// <returns>
    /// Length of the protected packet, or 0 if it cannot be sent: malformed, no room, one SSRC too many, or its cycle is past.
    /// </returns>
    public int ProtectRtp(Span<byte> buffer, int length)
    {
        if (length + cipher.RtpOverheadBytes > buffer.Length || !RtpHeader.TryLength(buffer[..length], out var header)) return 0;
        var ssrc = RtpHeader.Ssrc(buffer);
        return TryIndex(ssrc, RtpHeader.Sequence(buffer), out var index) ? cipher.ProtectRtp(buffer, length, header, ssrc, index) : 0;
    }

    /// <summary>The same for a packet in two parts, joined in the buffer.</summary>
    /// <param name="header">Where the header ends may be in either part; where they meet there, nothing is copied twice.</param>
    public int ProtectRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> buffer)
    {
        var length = header.Length + payload.Length;
        if (length + cipher.RtpOverheadBytes > buffer.Length) return 0;
        if (!RtpHeader.TryLength(header, out var headerLength) || headerLength != header.Length)
        {
            header.CopyTo(buffer);
            payload.CopyTo(buffer[header.Length..]);
            return ProtectRtp(buffer, length);
        }
        var ssrc = RtpHeader.Ssrc(header);
        return TryIndex(ssrc, RtpHeader.Sequence(header), out var index) ? cipher.ProtectRtp(header, payload, buffer, ssrc, index) : 0;
    }

    public int ProtectRtcp(Span<byte> buffer, int length)
    {
        if (length < RtcpHeaderBytes || length + cipher.RtcpOverheadBytes > buffer.Length || _rtcpIndex == MaxRtcpIndex) return 0;
        return cipher.ProtectRtcp(buffer, length, BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]), ++_rtcpIndex);
    }

    public void Dispose() => cipher.Dispose();

    private bool TryIndex(uint ssrc, ushort sequence, out ulong index)
    {
        index = 0;
        var at = Find(ssrc);
        if (at < 0)
        {
            if (_count == MaxSources) return false;
            at = _last = _count++;
            _sources[at] = new Source { Ssrc = ssrc, Newest = sequence };
        }
        if (!PacketIndex.TryEstimate(_sources[at].Newest, sequence, out index)) return false;
        if (index > _sources[at].Newest) _sources[at].Newest = index;
        return true;
    }

    private int Find(uint ssrc)
    {
        if (_last < _count && _sources[_last].Ssrc == ssrc) return _last;
        for (var i = 0; i < _count; i++)
            if (_sources[i].Ssrc == ssrc) return _last = i;
        return -1;
    }
}
