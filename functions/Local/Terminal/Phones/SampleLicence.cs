using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.Local.Terminal.Phones;

/// <summary>A licence as an authority issues it: its elements, and the object that the issuer signed over their digests.</summary>
internal sealed record SampleLicence
{
    private const string DrivingLicence = "org.iso.18013.5.1.mDL";
    private const string NameSpace = "org.iso.18013.5.1";

    public string DocumentType { get; init; } = DrivingLicence;

    /// <summary>What the phone shares of it, in this order.</summary>
    public IReadOnlyList<(string Name, object Value)> Elements { get; init; } = [("age_over_18", true)];

    public DateTimeOffset Signed { get; init; } = SampleAuthority.From.AddDays(1);

    public DateTimeOffset ValidFrom { get; init; } = SampleAuthority.From.AddDays(1);

    public DateTimeOffset ValidUntil { get; init; } = SampleAuthority.Until.AddDays(-1);

    public string DigestAlgorithm { get; init; } = "SHA-256";

    /// <summary>Changes an element after its digest was signed.</summary>
    public Func<int, byte[], byte[]> Tamper { get; init; } = (_, element) => element;

    /// <summary>The type that the issuer signed, when it is another than the phone says.</summary>
    public string? SignedDocumentType { get; init; }

    /// <summary>One that is good today, of somebody who is of age or not; it says more than anybody should be asked for.</summary>
    public static SampleLicence Of(bool isAdult, DateTimeOffset now) => new()
    {
        Elements =
        [
            ("family_name", "Sample"), ("given_name", isAdult ? "Erika" : "Junior"), ("birth_date", isAdult ? "1984-01-26" : "2015-01-26"),
            ("document_number", "T22000129"), ("issuing_country", "UT"), ("age_over_16", isAdult), ("age_over_18", isAdult), ("age_over_21", isAdult),
        ],
        Signed = now.AddDays(-1),
        ValidFrom = now.AddDays(-1),
        ValidUntil = now.AddDays(30),
    };

    /// <summary>The <c>issuerSigned</c> structure.</summary>
    public byte[] IssuerSigned(X509Certificate2 signer, ECParameters deviceKey)
    {
        using var key = signer.GetECDsaPrivateKey()!;
        var encoded = Elements.Select((e, i) => PhoneCbor.Embed(Element(i, e.Name, e.Value))).ToList();
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteTextString("nameSpaces");
        writer.WriteStartMap(1);
        writer.WriteTextString(NameSpace);
        writer.WriteStartArray(encoded.Count);
        for (var i = 0; i < encoded.Count; i++) writer.WriteEncodedValue(Tamper(i, [.. encoded[i]]));
        writer.WriteEndArray();
        writer.WriteEndMap();
        writer.WriteTextString("issuerAuth");
        writer.WriteEncodedValue(PhoneCbor.Sign(key, PhoneCbor.Embed(SecurityObject(encoded, deviceKey)), signer.RawData, isDetached: false));
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Element(int id, string name, object value)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(4);
        writer.WriteTextString("digestID");
        writer.WriteInt32(id);
        writer.WriteTextString("random");
        writer.WriteByteString(SHA256.HashData([(byte)id]));
        writer.WriteTextString("elementIdentifier");
        writer.WriteTextString(name);
        writer.WriteTextString("elementValue");
        if (value is bool answer) writer.WriteBoolean(answer);
        else if (value is byte[] bytes) writer.WriteByteString(bytes);
        else writer.WriteTextString((string)value);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private byte[] SecurityObject(List<byte[]> elements, ECParameters deviceKey)
    {
        var hash = new HashAlgorithmName(DigestAlgorithm.Replace("-", "", StringComparison.Ordinal));
        var writer = new CborWriter();
        writer.WriteStartMap(6);
        writer.WriteTextString("version");
        writer.WriteTextString("1.0");
        writer.WriteTextString("digestAlgorithm");
        writer.WriteTextString(DigestAlgorithm);
        writer.WriteTextString("valueDigests");
        writer.WriteStartMap(1);
        writer.WriteTextString(NameSpace);
        writer.WriteStartMap(elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            writer.WriteInt32(i);
            writer.WriteByteString(hash.Name == "MD5" ? [] : CryptographicOperations.HashData(hash, elements[i]));
        }

        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteTextString("deviceKeyInfo");
        writer.WriteStartMap(1);
        writer.WriteTextString("deviceKey");
        writer.WriteEncodedValue(PhoneCbor.Key(deviceKey));
        writer.WriteEndMap();
        writer.WriteTextString("docType");
        writer.WriteTextString(SignedDocumentType ?? DocumentType);
        writer.WriteTextString("validityInfo");
        writer.WriteStartMap(3);
        foreach (var (name, at) in new[] { ("signed", Signed), ("validFrom", ValidFrom), ("validUntil", ValidUntil) })
        {
            writer.WriteTextString(name);
            writer.WriteDateTimeOffset(at);
        }

        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }
}
