using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Tests.Srtp;

/// <summary>The vectors of RFC 3711 appendix B and RFC 7714 sections 16 and 17.</summary>
public sealed class SrtpVectorTests
{
    private static readonly byte[] GcmKey = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
    private static readonly byte[] GcmSalt = Convert.FromHexString("517569642070726f2071756f");

    [Theory]
    [InlineData(SrtpKeyDerivation.RtpEncryption, 16, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(SrtpKeyDerivation.RtpSalt, 14, "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(SrtpKeyDerivation.RtpAuthentication, 20, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")]
    public void Session_keys_are_those_of_rfc_3711_b3(byte label, int length, string expected)
    {
        var key = SrtpKeyDerivation.Derive(
            Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139"), Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6"), label, length);
        Assert.Equal(expected, Convert.ToHexString(key));
    }

    [Fact]
    public void The_key_stream_is_that_of_rfc_3711_b2()
    {
        using var cipher = new CounterMode(
            Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"), Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
        var stream = new byte[40];
        cipher.Apply(stream, 0, 0);
        Assert.Equal("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD", Convert.ToHexString(stream));
    }

    [Fact]
    public void Gcm_rtp_is_that_of_rfc_7714_16_1()
    {
        const string Header = "8040f17b8041f8d35501a0b2";
        const string Payload = "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
        const string Sealed = "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce";
        using var cipher = new GcmCipher(GcmKey, GcmSalt, GcmKey, GcmSalt);
        var plain = Convert.FromHexString(Header + Payload);
        var buffer = new byte[plain.Length + cipher.RtpOverheadBytes];
        plain.CopyTo(buffer, 0);
        Assert.Equal(buffer.Length, cipher.ProtectRtp(buffer, plain.Length, 12, 0x5501a0b2, 0xf17b));
        Assert.Equal(Convert.FromHexString(Header + Sealed), buffer);
        Assert.True(cipher.UnprotectRtp(buffer, 12, 0x5501a0b2, 0xf17b));
        Assert.Equal(plain, buffer[..plain.Length]);
    }

    [Fact]
    public void Gcm_rtcp_is_that_of_rfc_7714_17_1()
    {
        var plain = Convert.FromHexString("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
        const string Expected = "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
            + "c84aa45896cf4d2fc5abf87245d9eade800005d4";
        using var cipher = new GcmCipher(GcmKey, GcmSalt, GcmKey, GcmSalt);
        var buffer = new byte[plain.Length + cipher.RtcpOverheadBytes];
        plain.CopyTo(buffer, 0);
        Assert.Equal(buffer.Length, cipher.ProtectRtcp(buffer, plain.Length, 0x4d617273, 0x5d4));
        Assert.Equal(Expected, Convert.ToHexString(buffer), ignoreCase: true);
        Assert.Equal(0x800005d4, cipher.ReadRtcpIndex(buffer));
        Assert.True(cipher.UnprotectRtcp(buffer, 0x4d617273, 0x5d4));
        Assert.Equal(plain, buffer[..plain.Length]);
    }
}
