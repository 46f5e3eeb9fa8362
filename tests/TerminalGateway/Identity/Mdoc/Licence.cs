using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Security.Cryptography.X509Certificates;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>A licence as an authority issues it: its elements, and the object that the issuer signed over their digests.</summary>
internal sealed record Licence
{
    public string DocumentType { get; init; } = DeviceRequest.DrivingLicence;

    /// <summary>What the phone shares of it, in this order.</summary>
    public IReadOnlyList<(string Name, object Value)> Elements { get; init; } = [("age_over_18", true)];

    public DateTimeOffset Signed { get; init; } = TestAuthority.From.AddDays(1);

    public DateTimeOffset ValidFrom { get; init; } = TestAuthority.From.AddDays(1);

    public DateTimeOffset ValidUntil { get; init; } = TestAuthority.Until.AddDays(-1);

    public string DigestAlgorithm { get; init; } = "SHA-256";

    /// <summary>Changes an element after its digest was signed.</summary>
    public Func<int, byte[], byte[]> Tamper { get; init; } = (_, element) => element;

    /// <summary>The type that the issuer signed, when it is another than the phone says.</summary>
    public string? SignedDocumentType { get; init; }

    /// <summary>The <c>issuerSigned</c> structure.</summary>
    public byte[] IssuerSigned(X509Certificate2 signer, ECParameters deviceKey)
    {
        var encoded = Elements.Select((e, i) => Cbor.Embed(Element(i, e.Name, e.Value))).ToList();
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteTextString("nameSpaces");
        writer.WriteStartMap(1);
        writer.WriteTextString(DeviceRequest.NameSpace);
        writer.WriteStartArray(encoded.Count);
        for (var i = 0; i < encoded.Count; i++) writer.WriteEncodedValue(Tamper(i, [.. encoded[i]]));
        writer.WriteEndArray();
        writer.WriteEndMap();
        writer.WriteTextString("issuerAuth");
        writer.WriteEncodedValue(Sign(signer, Cbor.Embed(SecurityObject(encoded, deviceKey))));
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Sign(X509Certificate2 signer, byte[] payload)
    {
        using var key = signer.GetECDsaPrivateKey()!;
        var chain = new CborWriter();
        chain.WriteByteString(signer.RawData);
        var unprotected = new CoseHeaderMap { [new CoseHeaderLabel(33)] = CoseHeaderValue.FromEncodedValue(chain.Encode()) };
        var cose = new CoseSigner(key, key.KeySize == 384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, null, unprotected);
        return Untagged(CoseSign1Message.SignEmbedded(payload, cose));
    }

    /// <summary>The standard's messages have no tag 18.</summary>
    public static byte[] Untagged(byte[] message) => message[0] == 0xd2 ? message[1..] : message;

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
        writer.WriteTextString(DeviceRequest.NameSpace);
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
        writer.WriteEncodedValue(CosePublicKey.Write(deviceKey));
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
