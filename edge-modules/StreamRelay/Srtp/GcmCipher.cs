using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Srtp;

/// <summary>AEAD_AES_128_GCM (RFC 7714), on AesGcm objects that live as long as the direction.</summary>
internal sealed class GcmCipher : SrtpCipher
{
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int IndexBytes = 4;
    private const int RtcpHeaderBytes = 8;
    private const uint EncryptedBit = 0x8000_0000;

    private readonly AesGcm _rtp;
    private readonly AesGcm _rtcp;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    /// <summary>From session keys, not master keys.</summary>
    public GcmCipher(ReadOnlySpan<byte> rtpKey, ReadOnlySpan<byte> rtpSalt, ReadOnlySpan<byte> rtcpKey, ReadOnlySpan<byte> rtcpSalt)
    {
        _rtp = new AesGcm(rtpKey, TagBytes);
        _rtcp = new AesGcm(rtcpKey, TagBytes);
        _rtpSalt = rtpSalt.ToArray();
        _rtcpSalt = rtcpSalt.ToArray();
    }

    public override int RtpOverheadBytes => TagBytes;

    public override int RtcpOverheadBytes => TagBytes + IndexBytes;

    public static GcmCipher Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) => new(
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpEncryption, SrtpProfiles.KeyBytes),
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtpSalt, NonceBytes),
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpEncryption, SrtpProfiles.KeyBytes),
        SrtpKeyDerivation.Derive(masterKey, masterSalt, SrtpKeyDerivation.RtcpSalt, NonceBytes));

    public override int ProtectRtp(Span<byte> buffer, int length, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtpNonce(nonce, ssrc, index);
        var payload = buffer[headerLength..length];
        _rtp.Encrypt(nonce, payload, payload, buffer.Slice(length, TagBytes), buffer[..headerLength]);
        return length + TagBytes;
    }

    public override int ProtectRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> buffer, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtpNonce(nonce, ssrc, index);
        header.CopyTo(buffer);
        var length = header.Length + payload.Length;
        _rtp.Encrypt(nonce, payload, buffer[header.Length..length], buffer.Slice(length, TagBytes), header);
        return length + TagBytes;
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtpNonce(nonce, ssrc, index);
        var payload = packet[headerLength..^TagBytes];
        return TryDecrypt(_rtp, nonce, payload, packet[^TagBytes..], packet[..headerLength]);
    }

    public override int ProtectRtcp(Span<byte> buffer, int length, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtcpNonce(nonce, ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(length + TagBytes)..], index | EncryptedBit);
        Span<byte> associated = stackalloc byte[RtcpHeaderBytes + IndexBytes];
        buffer[..RtcpHeaderBytes].CopyTo(associated);
        buffer.Slice(length + TagBytes, IndexBytes).CopyTo(associated[RtcpHeaderBytes..]);
        var payload = buffer[RtcpHeaderBytes..length];
        _rtcp.Encrypt(nonce, payload, payload, buffer.Slice(length, TagBytes), associated);
        return length + TagBytes + IndexBytes;
    }

    public override uint ReadRtcpIndex(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^IndexBytes..]);

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RtcpNonce(nonce, ssrc, index);
        Span<byte> associated = stackalloc byte[RtcpHeaderBytes + IndexBytes];
        packet[..RtcpHeaderBytes].CopyTo(associated);
        packet[^IndexBytes..].CopyTo(associated[RtcpHeaderBytes..]);
        var sealedPart = packet[RtcpHeaderBytes..^IndexBytes];
        return TryDecrypt(_rtcp, nonce, sealedPart[..^TagBytes], sealedPart[^TagBytes..], associated);
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    /// <summary>
    /// A forged packet costs an exception, which .NET gives no way around. Forgeries come only from an address that ICE has
    /// authenticated, and the hub bounds how many of them it takes from one.
    /// </summary>
    private static bool TryDecrypt(AesGcm gcm, ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        try
        {
            gcm.Decrypt(nonce, payload, tag, payload, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private void RtpNonce(Span<byte> nonce, uint ssrc, ulong index)
    {
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[6..], (uint)(index >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(nonce[10..], (ushort)index);
        Salt(nonce, _rtpSalt);
    }

    private void RtcpNonce(Span<byte> nonce, uint ssrc, uint index)
    {
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(nonce[6..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], index);
        Salt(nonce, _rtcpSalt);
    }

    private static void Salt(Span<byte> nonce, byte[] salt)
    {
        for (var i = 0; i < NonceBytes; i++) nonce[i] ^= salt[i];
    }
}
