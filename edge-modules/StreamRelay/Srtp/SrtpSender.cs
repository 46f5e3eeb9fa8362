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
        var sequence = RtpHeader.Sequence(buffer);
        var at = Find(ssrc);
        if (at < 0)
        {
            if (_count == MaxSources) return 0;
            at = _last = _count++;
            _sources[at] = new Source { Ssrc = ssrc, Newest = sequence };
        }
        if (!PacketIndex.TryEstimate(_sources[at].Newest, sequence, out var index)) return 0;
        if (index > _sources[at].Newest) _sources[at].Newest = index;
        return cipher.ProtectRtp(buffer, length, header, ssrc, index);
    }

    public int ProtectRtcp(Span<byte> buffer, int length)
    {
        if (length < RtcpHeaderBytes || length + cipher.RtcpOverheadBytes > buffer.Length || _rtcpIndex == MaxRtcpIndex) return 0;
        return cipher.ProtectRtcp(buffer, length, BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]), ++_rtcpIndex);
    }

    public void Dispose() => cipher.Dispose();

    private int Find(uint ssrc)
    {
        if (_last < _count && _sources[_last].Ssrc == ssrc) return _last;
        for (var i = 0; i < _count; i++)
            if (_sources[i].Ssrc == ssrc) return _last = i;
        return -1;
    }
}
