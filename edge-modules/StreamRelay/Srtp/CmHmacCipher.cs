using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Srtp;

/// <summary>AES128_CM_HMAC_SHA1_80 (RFC 3711): counter mode, and HMAC-SHA1 cut to 80 bits.</summary>
internal sealed class CmHmacCipher : SrtpCipher
{
    private const int TagBytes = 10;
    private const int SaltBytes = 14;
    private const int IndexBytes = 4;
    private const int RtcpHeaderBytes = 8;
    private const int AuthenticationKeyBytes = 20;
    private const uint EncryptedBit = 0x8000_0000;

    private readonly CounterMode _rtp;
    private readonly CounterMode _rtcp;
    private readonly IncrementalHash _rtpHash;
    private readonly IncrementalHash _rtcpHash;

    private CmHmacCipher(CounterMode rtp, byte[] rtpKey, CounterMode rtcp, byte[] rtcpKey)
    {
        (_rtp, _rtcp) = (rtp, rtcp);
        _rtpHash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, rtpKey);
        _rtcpHash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, rtcpKey);
    }

    public override int RtpOverheadBytes => TagBytes;

    public override int RtcpOverheadBytes => TagBytes + IndexBytes;

    public static CmHmacCipher Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) => new(
        new CounterMode(
            SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpEncryption, SrtpProfiles.KeyBytes),
            SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpSalt, SaltBytes)),
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpAuthentication, AuthenticationKeyBytes),
        new CounterMode(
            SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpEncryption, SrtpProfiles.KeyBytes),
            SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpSalt, SaltBytes)),
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpAuthentication, AuthenticationKeyBytes));

    public override int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index)
    {
        _rtp.Apply(buffer[headerLength..length], ssrc, index);
        Span<byte> tag = stackalloc byte[SHA1.HashSizeInBytes];
        RtpTag(buffer[..length], index, tag);
        tag[..TagBytes].CopyTo(buffer[length..]);
        return length + TagBytes;
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> tag = stackalloc byte[SHA1.HashSizeInBytes];
        RtpTag(packet[..^TagBytes], index, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag[..TagBytes], packet[^TagBytes..])) return false;
        _rtp.Apply(packet[headerLength..^TagBytes], ssrc, index);
        return true;
    }

    public override int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        _rtcp.Apply(buffer[RtcpHeaderBytes..length], ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], index | EncryptedBit);
        Span<byte> tag = stackalloc byte[SHA1.HashSizeInBytes];
        RtcpTag(buffer[..(length + IndexBytes)], tag);
        tag[..TagBytes].CopyTo(buffer[(length + IndexBytes)..]);
        return length + IndexBytes + TagBytes;
    }

    public override uint ReadRtcpIndex(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^(TagBytes + IndexBytes)..]);

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> tag = stackalloc byte[SHA1.HashSizeInBytes];
        RtcpTag(packet[..^TagBytes], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag[..TagBytes], packet[^TagBytes..])) return false;
        _rtcp.Apply(packet[RtcpHeaderBytes..^(TagBytes + IndexBytes)], ssrc, index);
        return true;
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        _rtpHash.Dispose();
        _rtcpHash.Dispose();
    }

    /// <summary>Over the packet and the roll-over count, which is not sent (RFC 3711 4.2).</summary>
    private void RtpTag(ReadOnlySpan<byte> packet, ulong index, Span<byte> tag)
    {
        Span<byte> rollOver = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollOver, (uint)(index >> 16));
        _rtpHash.AppendData(packet);
        _rtpHash.AppendData(rollOver);
        _rtpHash.GetHashAndReset(tag);
    }

    private void RtcpTag(ReadOnlySpan<byte> packet, Span<byte> tag)
    {
        _rtcpHash.AppendData(packet);
        _rtcpHash.GetHashAndReset(tag);
    }
}
