using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>What the issuer signed (ISO/IEC 18013-5 9.1.2.4): a digest of every element, the phone's key, and for how long.</summary>
internal sealed record MobileSecurityObject(
    string DocumentType,
    HashAlgorithmName DigestAlgorithm,
    IReadOnlyDictionary<(string NameSpace, uint DigestId), byte[]> Digests,
    ECParameters DeviceKey,
    DateTimeOffset Signed,
    DateTimeOffset ValidFrom,
    DateTimeOffset ValidUntil)
{
    /// <param name="payload">The signature's payload, <c>#6.24(bstr .cbor MobileSecurityObject)</c>.</param>
    /// <exception cref="MdocException">Not one.</exception>
    public static MobileSecurityObject Read(ReadOnlyMemory<byte> payload) =>
        Cbor.Read(Cbor.Read(payload, reader => reader.ReadEmbedded()), Read);

    /// <summary>Whether an element is the one that was signed.</summary>
    public bool Holds(SharedElement element) =>
        Digests.TryGetValue((element.NameSpace, element.DigestId), out var digest)
        && CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(DigestAlgorithm, element.Encoded.Span), digest);

    private static MobileSecurityObject Read(CborReader reader)
    {
        string? type = null, version = null;
        HashAlgorithmName? algorithm = null;
        Dictionary<(string, uint), byte[]>? digests = null;
        ECParameters? key = null;
        (DateTimeOffset Signed, DateTimeOffset From, DateTimeOffset Until)? validity = null;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "version":
                    version = reader.ReadTextString();
                    return true;
                case "docType":
                    type = reader.ReadTextString();
                    return true;
                case "digestAlgorithm":
                    algorithm = Algorithm(reader.ReadTextString());
                    return true;
                case "valueDigests":
                    digests = ReadDigests(reader);
                    return true;
                case "deviceKeyInfo":
                    reader.ReadMap(info =>
                    {
                        if (info != "deviceKey") return false;
                        key = CosePublicKey.Read(reader);
                        return true;
                    });
                    return true;
                case "validityInfo":
                    validity = ReadValidity(reader);
                    return true;
                default:
                    return false;
            }
        });
        return version?.StartsWith("1.", StringComparison.Ordinal) == true
            && type is not null && algorithm is { } hash && digests is not null && key is { } deviceKey && validity is { } times
                ? new MobileSecurityObject(type, hash, digests, deviceKey, times.Signed, times.From, times.Until)
                : throw new MdocException(MdocFault.Malformed);
    }

    private static Dictionary<(string, uint), byte[]> ReadDigests(CborReader reader)
    {
        var digests = new Dictionary<(string, uint), byte[]>();
        reader.ReadMap(nameSpace =>
        {
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                // One number can be encoded in several ways, which the reader takes for several keys.
                if (!digests.TryAdd((nameSpace, reader.ReadUInt32()), reader.ReadByteString())) throw new MdocException(MdocFault.Malformed);
            }

            reader.ReadEndMap();
            return true;
        });
        return digests;
    }

    private static (DateTimeOffset, DateTimeOffset, DateTimeOffset)? ReadValidity(CborReader reader)
    {
        DateTimeOffset? signed = null, from = null, until = null;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "signed":
                    signed = reader.ReadDateTimeOffset();
                    return true;
                case "validFrom":
                    from = reader.ReadDateTimeOffset();
                    return true;
                case "validUntil":
                    until = reader.ReadDateTimeOffset();
                    return true;
                default:
                    return false;
            }
        });
        return signed is { } a && from is { } b && until is { } c ? (a, b, c) : null;
    }

    private static HashAlgorithmName Algorithm(string name) => name switch
    {
        "SHA-256" => HashAlgorithmName.SHA256,
        "SHA-384" => HashAlgorithmName.SHA384,
        "SHA-512" => HashAlgorithmName.SHA512,
        _ => throw new MdocException(MdocFault.UnsupportedAlgorithm),
    };
}
