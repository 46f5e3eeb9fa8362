using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>The example of ISO/IEC 18013-5 Annex D: a licence of 2020 shown over NFC, authenticated by a MAC.</summary>
internal static class AnnexD
{
    private static readonly Dictionary<string, string> Values =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Identity", "Mdoc", "annex-d.json")))!;

    /// <summary>While the licence and its signer were valid.</summary>
    public static DateTimeOffset Then { get; } = new(2021, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static byte[] DeviceResponse => Bytes("deviceResponse");

    public static byte[] Bytes(string name) => Convert.FromHexString(Values[name]);

    public static IssuerRoots Roots(params string[] revoked) => new([X509CertificateLoader.LoadCertificate(Bytes("issuerRoot"))], revoked);

    public static ReaderSession Session(bool otherHandover = false)
    {
        var reader = new CborReader(Bytes("sessionTranscript"));
        reader.ReadStartArray();
        var engagement = reader.ReadEmbedded();
        reader.SkipValue();
        var handover = otherHandover ? (byte[])[0xf6] : reader.ReadEncodedValue().ToArray();
        return ReaderSession.Open(ReaderKey(), engagement, handover);
    }

    private static ECDiffieHellman ReaderKey() => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = Bytes("readerKeyD"),
        Q = new ECPoint { X = Bytes("readerKeyX"), Y = Bytes("readerKeyY") },
    });
}
