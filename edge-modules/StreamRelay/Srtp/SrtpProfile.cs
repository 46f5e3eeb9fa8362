namespace Marquee.StreamRelay.Srtp;

/// <summary>Protection profiles by their DTLS-SRTP numbers (RFC 5764, RFC 7714).</summary>
internal enum SrtpProfile
{
    Aes128CmHmacSha1_80 = 0x0001,
    AeadAes128Gcm = 0x0007,
}

internal static class SrtpProfiles
{
    public const int KeyBytes = 16;

    /// <summary>What the relay takes, best first.</summary>
    public static IReadOnlyList<SrtpProfile> Preference { get; } = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1_80];

    public static int SaltBytes(this SrtpProfile profile) => profile == SrtpProfile.AeadAes128Gcm ? 12 : 14;

    /// <summary>What DTLS exports for both directions: two keys, two salts.</summary>
    public static int ExportedBytes(this SrtpProfile profile) => 2 * (KeyBytes + profile.SaltBytes());

    public static SrtpCipher CreateCipher(this SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => GcmCipher.Derive(masterKey, masterSalt),
        SrtpProfile.Aes128CmHmacSha1_80 => CmHmacCipher.Derive(masterKey, masterSalt),
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };
}
