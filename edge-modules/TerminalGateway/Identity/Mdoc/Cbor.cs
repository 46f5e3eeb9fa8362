using System.Formats.Cbor;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>
/// Reading of CBOR (RFC 8949) from a stranger's phone: bounded before anything is built from it, strict (no key twice, no broken text), and
/// every way of failing ends as one <see cref="MdocException"/>.
/// </summary>
internal static class Cbor
{
    /// <summary>Bytes of one message: a response with a few elements has 2 to 4 KiB, one with a portrait that nobody asked for 20.</summary>
    public const int MaxBytes = 48 * 1024;

    public const int MaxDepth = 12;

    /// <summary>Values in one message, those inside embedded messages not counted.</summary>
    public const int MaxValues = 2_048;

    /// <summary>RFC 8949 3.4.5.1: a byte string that is itself encoded CBOR.</summary>
    private const CborTag EncodedCbor = CborTag.EncodedCborDataItem;

    /// <summary>Runs <paramref name="read"/> over one message that ends where its bytes end.</summary>
    /// <exception cref="MdocException">The bytes are not that.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, Func<CborReader, T> read)
    {
        try
        {
            Bound(bytes);
            var reader = new CborReader(bytes, CborConformanceMode.Strict);
            var value = read(reader);
            return reader.BytesRemaining == 0 ? value : throw new MdocException(MdocFault.Malformed);
        }
        // What the reader throws for bytes that are not CBOR, not of the asked kind, or numbers out of range.
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or FormatException)
        {
            throw new MdocException(MdocFault.Malformed);
        }
    }

    /// <summary>Reads a map; <paramref name="member"/> says whether it has read the value of a key, what it has not is skipped.</summary>
    public static void ReadMap(this CborReader reader, Func<string, bool> member)
    {
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (!member(reader.ReadTextString())) reader.SkipValue();
        }

        reader.ReadEndMap();
    }

    /// <summary>As <see cref="ReadMap"/>, of a map with integers for keys; others are skipped.</summary>
    public static void ReadNumberedMap(this CborReader reader, Func<int, bool> member)
    {
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var isNumber = reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger;
            if (!isNumber) reader.SkipValue();
            if (!isNumber || !member(reader.ReadInt32())) reader.SkipValue();
        }

        reader.ReadEndMap();
    }

    public static List<T> ReadList<T>(this CborReader reader, Func<CborReader, T> item)
    {
        var items = new List<T>();
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray) items.Add(item(reader));
        reader.ReadEndArray();
        return items;
    }

    /// <summary>The bytes inside <c>#6.24(bstr .cbor …)</c>: where they stand, so that who wipes the message wipes them too.</summary>
    public static ReadOnlyMemory<byte> ReadEmbedded(this CborReader reader)
    {
        if (reader.ReadTag() != EncodedCbor) throw new MdocException(MdocFault.Malformed);
        return reader.PeekState() == CborReaderState.ByteString ? reader.ReadDefiniteLengthByteString() : reader.ReadByteString();
    }

    public static byte[] Embed(ReadOnlySpan<byte> encoded)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteEmbedded(encoded);
        return writer.Encode();
    }

    public static void WriteEmbedded(this CborWriter writer, ReadOnlySpan<byte> encoded)
    {
        writer.WriteTag(EncodedCbor);
        writer.WriteByteString(encoded);
    }

    private static void Bound(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxBytes) throw new MdocException(MdocFault.Malformed);
        var reader = new CborReader(bytes, CborConformanceMode.Strict);
        for (var values = 0; reader.PeekState() is not CborReaderState.Finished and var state; values++)
        {
            if (values > MaxValues || reader.CurrentDepth > MaxDepth) throw new MdocException(MdocFault.Malformed);
            switch (state)
            {
                case CborReaderState.StartArray:
                    reader.ReadStartArray();
                    break;
                case CborReaderState.EndArray:
                    reader.ReadEndArray();
                    break;
                case CborReaderState.StartMap:
                    reader.ReadStartMap();
                    break;
                case CborReaderState.EndMap:
                    reader.ReadEndMap();
                    break;
                case CborReaderState.Tag:
                    reader.ReadTag();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }
    }
}
