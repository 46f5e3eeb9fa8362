using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>
/// The reader's end of one session with a phone (ISO/IEC 18013-5 9.1.1): an ephemeral key made for it alone, so that no answer to another
/// session, however genuine, can be played again. The transport (Bluetooth, NFC) is the terminal's; it carries what it cannot read.
/// </summary>
internal sealed class ReaderSession : IDisposable
{
    private const int KeyBytes = 32;
    private const int TagBytes = 16;
    private const int SupportedCipherSuite = 1;

    private readonly ECDiffieHellman _ephemeral;
    private readonly byte[] _readerKey;
    private readonly byte[] _toDevice;
    private readonly byte[] _fromDevice;

    private ReaderSession(ECDiffieHellman ephemeral, byte[] readerKey, SessionTranscript transcript, ECParameters deviceKey)
    {
        (_ephemeral, _readerKey, Transcript) = (ephemeral, readerKey, transcript);
        var shared = Agree(deviceKey);
        (_toDevice, _fromDevice) = (Derive(shared, "SKReader"), Derive(shared, "SKDevice"));
        CryptographicOperations.ZeroMemory(shared);
    }

    public SessionTranscript Transcript { get; }

    /// <param name="ephemeral">The session's key, owned from here on.</param>
    /// <param name="deviceEngagement">As the phone showed it.</param>
    /// <param name="handover">CBOR, see <see cref="SessionTranscript"/>.</param>
    /// <exception cref="MdocException">The engagement or handover cannot be used.</exception>
    public static ReaderSession Open(ECDiffieHellman ephemeral, ReadOnlyMemory<byte> deviceEngagement, ReadOnlyMemory<byte> handover)
    {
        var own = ephemeral.ExportParameters(includePrivateParameters: false);
        var readerKey = CosePublicKey.Write(own);
        var deviceKey = ReadEngagement(deviceEngagement);
        if (!CosePublicKey.SameCurve(own, deviceKey)) throw new MdocException(MdocFault.UnsupportedAlgorithm);
        return new(ephemeral, readerKey, SessionTranscript.Of(deviceEngagement.Span, readerKey, handover), deviceKey);
    }

    /// <summary>The first message to the phone (<c>SessionEstablishment</c>), with the encrypted request in it. Sent once: its nonce is the first.</summary>
    public byte[] Establish(ReadOnlySpan<byte> deviceRequest)
    {
        var data = new byte[deviceRequest.Length + TagBytes];
        using var aes = new AesGcm(_toDevice, TagBytes);
        aes.Encrypt(Nonce(fromDevice: false), deviceRequest, data.AsSpan(0, deviceRequest.Length), data.AsSpan(deviceRequest.Length));
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(2);
        writer.WriteTextString("eReaderKey");
        writer.WriteEmbedded(_readerKey);
        writer.WriteTextString("data");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>The <c>DeviceResponse</c> in the phone's first message (<c>SessionData</c>).</summary>
    /// <exception cref="MdocException">There is none, or it is not this session's.</exception>
    public byte[] Decrypt(ReadOnlyMemory<byte> sessionData)
    {
        byte[]? data = null;
        Cbor.Read(sessionData, reader =>
        {
            reader.ReadMap(member =>
            {
                if (member != "data") return false;
                data = reader.ReadByteString();
                return true;
            });
            return true;
        });
        // Only a status: the phone ended the session, the holder's no.
        if (data is null) throw new MdocException(MdocFault.NoDocument);
        if (data.Length < TagBytes) throw new MdocException(MdocFault.Malformed);
        var plain = new byte[data.Length - TagBytes];
        using var aes = new AesGcm(_fromDevice, TagBytes);
        try
        {
            aes.Decrypt(Nonce(fromDevice: true), data.AsSpan(0, plain.Length), data.AsSpan(plain.Length), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new MdocException(MdocFault.SessionMismatch);
        }
    }

    /// <summary>The key under which this phone, and no other, can MAC the session (9.1.3.5).</summary>
    /// <exception cref="MdocException">The phone's key is on another curve, or on none.</exception>
    public byte[] MacKey(ECParameters deviceKey)
    {
        var shared = Agree(deviceKey);
        var key = Derive(shared, "EMacKey");
        CryptographicOperations.ZeroMemory(shared);
        return key;
    }

    public void Dispose()
    {
        _ephemeral.Dispose();
        CryptographicOperations.ZeroMemory(_toDevice);
        CryptographicOperations.ZeroMemory(_fromDevice);
    }

    private static ECParameters ReadEngagement(ReadOnlyMemory<byte> bytes) => Cbor.Read(bytes, reader =>
    {
        ReadOnlyMemory<byte>? key = null;
        reader.ReadNumberedMap(label =>
        {
            if (label != 1) return false;
            reader.ReadStartArray();
            if (reader.ReadInt32() != SupportedCipherSuite) throw new MdocException(MdocFault.UnsupportedAlgorithm);
            key = reader.ReadEmbedded();
            while (reader.PeekState() != CborReaderState.EndArray) reader.SkipValue();
            reader.ReadEndArray();
            return true;
        });
        return key is { } own ? Cbor.Read(own, CosePublicKey.Read) : throw new MdocException(MdocFault.Malformed);
    });

    private byte[] Agree(ECParameters deviceKey)
    {
        try
        {
            using var other = ECDiffieHellman.Create(deviceKey);
            return _ephemeral.DeriveRawSecretAgreement(other.PublicKey);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // A point that is not on the curve, or another curve than ours.
            throw new MdocException(MdocFault.UnsupportedAlgorithm);
        }
    }

    private byte[] Derive(byte[] shared, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, KeyBytes, Transcript.Salt, Encoding.ASCII.GetBytes(purpose));

    // Eight bytes that say who sends, four that count from 1.
    private static byte[] Nonce(bool fromDevice)
    {
        var nonce = new byte[12];
        nonce[7] = fromDevice ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(nonce.AsSpan(8), 1);
        return nonce;
    }
}
