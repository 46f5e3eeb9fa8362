using System.Formats.Cbor;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>One element that the holder shared, by name. <see cref="Value"/> is left encoded: only what was asked for is ever read.</summary>
/// <param name="Encoded">The whole item as the issuer hashed it, tag included.</param>
internal sealed record SharedElement(string NameSpace, uint DigestId, string Name, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Encoded);

/// <summary>A shared document (ISO/IEC 18013-5 8.3.2.1.2.2), its signatures still to be checked.</summary>
/// <param name="IssuerAuth">COSE_Sign1 over the mobile security object.</param>
/// <param name="DeviceNameSpaces"><c>DeviceNameSpacesBytes</c>, tag included: signed by the phone, of no use here and not read.</param>
/// <param name="DeviceAuth">COSE_Sign1 or COSE_Mac0 over the session's transcript.</param>
internal sealed record SharedDocument(
    string DocumentType,
    IReadOnlyList<SharedElement> Elements,
    ReadOnlyMemory<byte> IssuerAuth,
    ReadOnlyMemory<byte> DeviceNameSpaces,
    ReadOnlyMemory<byte> DeviceAuth,
    bool IsMac);

/// <summary>Reads a <c>DeviceResponse</c>.</summary>
internal static class DeviceResponse
{
    /// <summary>The documents in it; none when the holder said no.</summary>
    /// <exception cref="MdocException">Not a response.</exception>
    public static IReadOnlyList<SharedDocument> Read(ReadOnlyMemory<byte> bytes) => Cbor.Read(bytes, reader =>
    {
        IReadOnlyList<SharedDocument> documents = [];
        string? version = null;
        ulong? status = null;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "version":
                    version = reader.ReadTextString();
                    return true;
                case "documents":
                    documents = reader.ReadList(ReadDocument);
                    return true;
                case "status":
                    status = reader.ReadUInt64();
                    return true;
                default:
                    return false;
            }
        });
        if (version?.StartsWith("1.", StringComparison.Ordinal) != true || status is null) throw new MdocException(MdocFault.Malformed);
        return status == 0 ? documents : [];
    });

    private static SharedDocument ReadDocument(CborReader reader)
    {
        string? type = null;
        IReadOnlyList<SharedElement> elements = [];
        ReadOnlyMemory<byte>? issuerAuth = null, deviceNameSpaces = null, deviceAuth = null;
        var isMac = false;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "docType":
                    type = reader.ReadTextString();
                    return true;
                case "issuerSigned":
                    (elements, issuerAuth) = ReadIssuerSigned(reader);
                    return true;
                case "deviceSigned":
                    (deviceNameSpaces, deviceAuth, isMac) = ReadDeviceSigned(reader);
                    return true;
                default:
                    return false;
            }
        });
        return type is not null && issuerAuth is { } issuer && deviceNameSpaces is { } names && deviceAuth is { } device
            ? new SharedDocument(type, elements, issuer, names, device, isMac)
            : throw new MdocException(MdocFault.Malformed);
    }

    private static (IReadOnlyList<SharedElement> Elements, ReadOnlyMemory<byte>? IssuerAuth) ReadIssuerSigned(CborReader reader)
    {
        var elements = new List<SharedElement>();
        ReadOnlyMemory<byte>? auth = null;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "nameSpaces":
                    reader.ReadMap(nameSpace =>
                    {
                        elements.AddRange(reader.ReadList(r => ReadElement(nameSpace, r.ReadEncodedValue())));
                        return true;
                    });
                    return true;
                case "issuerAuth":
                    auth = reader.ReadEncodedValue();
                    return true;
                default:
                    return false;
            }
        });
        return (elements, auth);
    }

    private static SharedElement ReadElement(string nameSpace, ReadOnlyMemory<byte> encoded)
    {
        var inner = new CborReader(encoded, CborConformanceMode.Strict).ReadEmbedded();
        return Cbor.Read(inner, reader =>
        {
            uint? digestId = null;
            string? name = null;
            ReadOnlyMemory<byte>? value = null;
            reader.ReadMap(member =>
            {
                switch (member)
                {
                    case "digestID":
                        digestId = reader.ReadUInt32();
                        return true;
                    case "elementIdentifier":
                        name = reader.ReadTextString();
                        return true;
                    case "elementValue":
                        value = reader.ReadEncodedValue();
                        return true;
                    default:
                        return false;
                }
            });
            return digestId is { } id && name is not null && value is { } given
                ? new SharedElement(nameSpace, id, name, given, encoded)
                : throw new MdocException(MdocFault.Malformed);
        });
    }

    private static (ReadOnlyMemory<byte>? NameSpaces, ReadOnlyMemory<byte>? Auth, bool IsMac) ReadDeviceSigned(CborReader reader)
    {
        ReadOnlyMemory<byte>? nameSpaces = null, signature = null, mac = null;
        reader.ReadMap(member =>
        {
            switch (member)
            {
                case "nameSpaces":
                    nameSpaces = reader.ReadEncodedValue();
                    return true;
                case "deviceAuth":
                    reader.ReadMap(kind =>
                    {
                        if (kind == "deviceSignature") signature = reader.ReadEncodedValue();
                        else if (kind == "deviceMac") mac = reader.ReadEncodedValue();
                        else return false;
                        return true;
                    });
                    return true;
                default:
                    return false;
            }
        });
        // One of the two, never a choice for whoever sends it.
        if (signature is not null && mac is not null) throw new MdocException(MdocFault.Malformed);
        return (nameSpaces, signature ?? mac, mac is not null);
    }
}
