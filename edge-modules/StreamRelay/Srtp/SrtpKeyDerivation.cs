using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marquee.StreamRelay.Srtp;

/// <summary>Session keys from a master key (RFC 3711 4.3, key derivation rate zero; RFC 7714 11 uses the same function).</summary>
internal static class SrtpKeyDerivation
{
    public const byte RtpEncryption = 0;
    public const byte RtpAuthentication = 1;
    public const byte RtpSalt = 2;
    public const byte RtcpEncryption = 3;
    public const byte RtcpAuthentication = 4;
    public const byte RtcpSalt = 5;

    private const int BlockBytes = 16;
    private const int LabelAt = 7;

    /// <param name="masterSalt">14 bytes, or 12 for the AEAD profiles, which count as followed by zeros.</param>
    public static byte[] Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte label, int length)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        masterSalt.CopyTo(block);
        block[LabelAt] ^= label;
        var blocks = new byte[(length + BlockBytes - 1) / BlockBytes * BlockBytes];
        for (var i = 0; i < blocks.Length / BlockBytes; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block[14..], (ushort)i);
            block.CopyTo(blocks.AsSpan(i * BlockBytes));
        }
        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        // ECB of successive counters is the counter mode that the PRF is made of.
        aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        return blocks[..length];
    }
}
