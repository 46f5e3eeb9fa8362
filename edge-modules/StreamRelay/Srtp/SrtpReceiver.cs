using System.Buffers.Binary;

namespace Marquee.StreamRelay.Srtp;

internal enum SrtpVerdict
{
    Accepted,
    Malformed,
    Replayed,
    Forged,

    /// <summary>All contexts are taken by other SSRCs.</summary>
    TooManySources,
}

/// <summary>
/// The receiving direction: per-SSRC index and replay window over one cipher. Contexts are made only for what authenticates.
/// </summary>
internal sealed class SrtpReceiver(SrtpCipher cipher) : IDisposable
{
    /// <summary>SSRCs that one peer may send: simulcast of three with RTX, audio, and room for restarts.</summary>
    public const int MaxSources = 64;

    private const int RtcpHeaderBytes = 8;
    private const uint EncryptedBit = 0x8000_0000;

    private readonly Source[] _sources = new Source[MaxSources];
    private int _count;
    private int _last;

    private struct Source
    {
        public uint Ssrc;
        public ReplayWindow Rtp;
        public ReplayWindow Rtcp;
    }

    public int Sources => _count;

    /// <param name="packet">Decrypted in place.</param>
    /// <param name="length">The plaintext's length.</param>
    public SrtpVerdict UnprotectRtp(Span<byte> packet, out int length)
    {
        length = packet.Length - cipher.RtpOverheadBytes;
        if (length < RtpHeader.MinBytes || !RtpHeader.TryLength(packet[..length], out var header)) return SrtpVerdict.Malformed;
        var ssrc = RtpHeader.Ssrc(packet);
        var sequence = RtpHeader.Sequence(packet);
        var at = Find(ssrc);
        ulong index = sequence;
        if (at >= 0 && _sources[at].Rtp.IsStarted)
        {
            ref var window = ref _sources[at].Rtp;
            if (!PacketIndex.TryEstimate(window.Newest, sequence, out index) || !window.Allows(index)) return SrtpVerdict.Replayed;
        }
        else if (at < 0 && _count == MaxSources)
        {
            return SrtpVerdict.TooManySources;
        }
        if (!cipher.UnprotectRtp(packet, header, ssrc, index)) return SrtpVerdict.Forged;
        if (at < 0) at = Add(ssrc);
        _sources[at].Rtp.Accept(index);
        return SrtpVerdict.Accepted;
    }

    public SrtpVerdict UnprotectRtcp(Span<byte> packet, out int length)
    {
        length = packet.Length - cipher.RtcpOverheadBytes;
        if (length < RtcpHeaderBytes || packet[0] >> 6 != 2) return SrtpVerdict.Malformed;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var word = cipher.ReadRtcpIndex(packet);
        // Neither profile was negotiated with unencrypted SRTCP.
        if ((word & EncryptedBit) == 0) return SrtpVerdict.Malformed;
        var index = word & ~EncryptedBit;
        var at = Find(ssrc);
        if (at >= 0 && !_sources[at].Rtcp.Allows(index)) return SrtpVerdict.Replayed;
        if (at < 0 && _count == MaxSources) return SrtpVerdict.TooManySources;
        if (!cipher.UnprotectRtcp(packet, ssrc, index)) return SrtpVerdict.Forged;
        if (at < 0) at = Add(ssrc);
        _sources[at].Rtcp.Accept(index);
        return SrtpVerdict.Accepted;
    }

    public void Dispose() => cipher.Dispose();

    private int Find(uint ssrc)
    {
        if (_last < _count && _sources[_last].Ssrc == ssrc) return _last;
        for (var i = 0; i < _count; i++)
            if (_sources[i].Ssrc == ssrc) return _last = i;
        return -1;
    }

    private int Add(uint ssrc)
    {
        _sources[_count].Ssrc = ssrc;
        return _last = _count++;
    }
}
