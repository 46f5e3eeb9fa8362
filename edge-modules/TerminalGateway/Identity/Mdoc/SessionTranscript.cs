using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>
/// What both ends saw of how they met (ISO/IEC 18013-5 9.1.5.1). Keys come out of it and the phone signs it, so an answer fits one session.
/// </summary>
internal sealed record SessionTranscript
{
    private SessionTranscript(byte[] encoded) => (Encoded, Salt) = (encoded, SHA256.HashData(Cbor.Embed(encoded)));

    /// <summary>The array itself.</summary>
    public byte[] Encoded { get; }

    /// <summary>The salt of every key of the session: SHA-256 of the transcript as an embedded item.</summary>
    public byte[] Salt { get; }

    /// <param name="deviceEngagement">As the phone showed it, byte for byte.</param>
    /// <param name="readerKey">The reader's ephemeral COSE_Key.</param>
    /// <param name="handover">CBOR: null after a QR code, the two NFC messages otherwise.</param>
    /// <exception cref="MdocException">The handover is neither.</exception>
    public static SessionTranscript Of(ReadOnlySpan<byte> deviceEngagement, ReadOnlySpan<byte> readerKey, ReadOnlyMemory<byte> handover)
    {
        _ = Cbor.Read(handover, CheckHandover);
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartArray(3);
        writer.WriteEmbedded(deviceEngagement);
        writer.WriteEmbedded(readerKey);
        writer.WriteEncodedValue(handover.Span);
        writer.WriteEndArray();
        return new(writer.Encode());
    }

    private static bool CheckHandover(CborReader reader)
    {
        if (reader.PeekState() == CborReaderState.Null)
        {
            reader.ReadNull();
            return true;
        }

        var parts = reader.ReadList(r =>
        {
            var isBytes = r.PeekState() == CborReaderState.ByteString;
            if (!isBytes && r.PeekState() != CborReaderState.Null) throw new MdocException(MdocFault.Malformed);
            r.SkipValue();
            return isBytes;
        });
        return parts is [true, _] ? true : throw new MdocException(MdocFault.Malformed);
    }
}
