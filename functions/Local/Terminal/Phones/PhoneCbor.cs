using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Marquee.Local.Terminal.Phones;

/// <summary>What a phone writes and reads of CBOR and COSE; from the standards, and apart from how the gateway reads them.</summary>
internal static class PhoneCbor
{
    private static readonly (string Oid, int Curve, int Algorithm, HashAlgorithmName Hash)[] Curves =
    [
        ("1.2.840.10045.3.1.7", 1, -7, HashAlgorithmName.SHA256),
        ("1.3.132.0.34", 2, -35, HashAlgorithmName.SHA384),
        ("1.3.132.0.35", 3, -36, HashAlgorithmName.SHA512),
    ];

    /// <summary><c>#6.24(bstr .cbor …)</c>.</summary>
    public static byte[] Embed(ReadOnlySpan<byte> encoded)
    {
        var writer = new CborWriter();
        writer.WriteTag(CborTag.EncodedCborDataItem);
        writer.WriteByteString(encoded);
        return writer.Encode();
    }

    public static byte[] ReadEmbedded(CborReader reader) => reader.ReadTag() == CborTag.EncodedCborDataItem
        ? reader.ReadByteString()
        : throw new FormatException("Not embedded CBOR.");

    /// <summary>A key as COSE_Key (RFC 9053 7.1.1).</summary>
    public static byte[] Key(ECParameters key)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(4);
        writer.WriteInt32(1);
        writer.WriteInt32(2);
        writer.WriteInt32(-1);
        writer.WriteInt32(Curves.Single(c => IsOn(key, c.Oid)).Curve);
        writer.WriteInt32(-2);
        writer.WriteByteString(key.Q.X!);
        writer.WriteInt32(-3);
        writer.WriteByteString(key.Q.Y!);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>A reader's key; it is on P-256, as the phone's is.</summary>
    public static ECParameters ReadKey(byte[] encoded)
    {
        var reader = new CborReader(encoded);
        var key = new ECParameters { Curve = ECCurve.NamedCurves.nistP256 };
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            switch (reader.ReadInt32())
            {
                case -2:
                    key.Q.X = reader.ReadByteString();
                    break;
                case -3:
                    key.Q.Y = reader.ReadByteString();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        return key;
    }

    /// <summary>COSE_Sign1 without a tag (RFC 9052 4.2).</summary>
    /// <param name="certificate">The signer's, in the unprotected header (RFC 9360); null: the key is known.</param>
    /// <param name="isDetached">Whether the payload is left out of the message.</param>
    public static byte[] Sign(ECDsa key, byte[] payload, byte[]? certificate, bool isDetached)
    {
        var (_, _, algorithm, hash) = Curves.Single(c => IsOn(key.ExportParameters(false), c.Oid));
        var header = Header(algorithm);
        var signed = new CborWriter();
        signed.WriteStartArray(4);
        signed.WriteTextString("Signature1");
        signed.WriteByteString(header);
        signed.WriteByteString([]);
        signed.WriteByteString(payload);
        signed.WriteEndArray();
        return Message(header, certificate, isDetached ? null : payload, key.SignData(signed.Encode(), hash));
    }

    /// <summary>COSE_Mac0 with HMAC 256/256, the payload left out (RFC 9052 6.2).</summary>
    public static byte[] Mac(byte[] key, byte[] payload)
    {
        var header = Header(5);
        var authenticated = new CborWriter();
        authenticated.WriteStartArray(4);
        authenticated.WriteTextString("MAC0");
        authenticated.WriteByteString(header);
        authenticated.WriteByteString([]);
        authenticated.WriteByteString(payload);
        authenticated.WriteEndArray();
        return Message(header, certificate: null, payload: null, HMACSHA256.HashData(key, authenticated.Encode()));
    }

    private static byte[] Header(int algorithm)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(1);
        writer.WriteInt32(1);
        writer.WriteInt32(algorithm);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Message(byte[] header, byte[]? certificate, byte[]? payload, byte[] proof)
    {
        var writer = new CborWriter();
        writer.WriteStartArray(4);
        writer.WriteByteString(header);
        writer.WriteStartMap(certificate is null ? 0 : 1);
        if (certificate is not null)
        {
            writer.WriteInt32(33);
            writer.WriteByteString(certificate);
        }

        writer.WriteEndMap();
        if (payload is null) writer.WriteNull();
        else writer.WriteByteString(payload);
        writer.WriteByteString(proof);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static bool IsOn(ECParameters key, string oid) => (key.Curve.Oid.Value ?? new Oid(key.Curve.Oid.FriendlyName!).Value) == oid;
}
