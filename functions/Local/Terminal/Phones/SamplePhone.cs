using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Marquee.Local.Terminal.Phones;

/// <summary>
/// A phone with a driving licence on it (ISO/IEC 18013-5): the other end of the gateway's session, written against the standard and not against
/// the gateway's reader.
/// </summary>
internal sealed class SamplePhone : IDisposable
{
    private readonly ECDiffieHellman _ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _device;
    private readonly X509Certificate2 _signer;

    public SamplePhone(X509Certificate2 signer, ECCurve? curve = null)
    {
        _signer = signer;
        _device = ECDiffieHellman.Create(curve ?? ECCurve.NamedCurves.nistP256);
        Engagement = WriteEngagement(PhoneCbor.Key(_ephemeral.ExportParameters(false)));
    }

    public byte[] Engagement { get; }

    /// <summary>What it shows; null: its holder says no.</summary>
    public SampleLicence? Licence { get; set; } = new();

    public bool AuthenticatesByMac { get; set; }

    /// <summary>How often the document stands in the answer.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>What it takes the session to have been.</summary>
    public Func<byte[], byte[]> SeesTranscript { get; set; } = transcript => transcript;

    /// <summary>The request as it came, once it was answered.</summary>
    public byte[]? Request { get; private set; }

    /// <summary>Answers a <c>SessionEstablishment</c> with <c>SessionData</c>.</summary>
    public byte[] Answer(byte[] establishment, byte[]? handover = null)
    {
        var (readerKey, data) = ReadEstablishment(establishment);
        var transcript = Transcript(readerKey, handover ?? [0xf6]);
        using var reader = ECDiffieHellman.Create(PhoneCbor.ReadKey(readerKey));
        var shared = _ephemeral.DeriveRawSecretAgreement(reader.PublicKey);
        Request = Crypt(Key(shared, transcript, "SKReader"), 0, data, decrypt: true);
        var seen = SeesTranscript(transcript);
        var response = Respond(seen, reader.PublicKey);
        return SessionData(Crypt(Key(shared, transcript, "SKDevice"), 1, response, decrypt: false));
    }

    /// <summary>The <c>DeviceResponse</c> in the clear.</summary>
    public byte[] Respond(byte[] transcript, ECDiffieHellmanPublicKey reader)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(Licence is null ? 2 : 3);
        writer.WriteTextString("version");
        writer.WriteTextString("1.0");
        if (Licence is not null)
        {
            writer.WriteTextString("documents");
            writer.WriteStartArray(Copies);
            for (var i = 0; i < Copies; i++) writer.WriteEncodedValue(Document(Licence, transcript, reader));
            writer.WriteEndArray();
        }

        writer.WriteTextString("status");
        writer.WriteInt32(0);
        writer.WriteEndMap();
        return writer.Encode();
    }

    public void Dispose()
    {
        _ephemeral.Dispose();
        _device.Dispose();
        _signer.Dispose();
    }

    private byte[] Document(SampleLicence licence, byte[] transcript, ECDiffieHellmanPublicKey reader)
    {
        byte[] noNames = PhoneCbor.Embed([0xa0]);
        var authentication = new CborWriter();
        authentication.WriteStartArray(4);
        authentication.WriteTextString("DeviceAuthentication");
        authentication.WriteEncodedValue(transcript);
        authentication.WriteTextString(licence.DocumentType);
        authentication.WriteEncodedValue(noNames);
        authentication.WriteEndArray();
        var detached = PhoneCbor.Embed(authentication.Encode());

        var writer = new CborWriter();
        writer.WriteStartMap(3);
        writer.WriteTextString("docType");
        writer.WriteTextString(licence.DocumentType);
        writer.WriteTextString("issuerSigned");
        writer.WriteEncodedValue(licence.IssuerSigned(_signer, _device.ExportParameters(false)));
        writer.WriteTextString("deviceSigned");
        writer.WriteStartMap(2);
        writer.WriteTextString("nameSpaces");
        writer.WriteEncodedValue(noNames);
        writer.WriteTextString("deviceAuth");
        writer.WriteStartMap(1);
        writer.WriteTextString(AuthenticatesByMac ? "deviceMac" : "deviceSignature");
        writer.WriteEncodedValue(AuthenticatesByMac ? Mac(detached, transcript, reader) : Sign(detached));
        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private byte[] Sign(byte[] detached)
    {
        using var key = ECDsa.Create(_device.ExportParameters(true));
        return PhoneCbor.Sign(key, detached, certificate: null, isDetached: true);
    }

    private byte[] Mac(byte[] detached, byte[] transcript, ECDiffieHellmanPublicKey reader) =>
        PhoneCbor.Mac(Key(_device.DeriveRawSecretAgreement(reader), transcript, "EMacKey"), detached);

    private byte[] Transcript(byte[] readerKey, byte[] handover)
    {
        var writer = new CborWriter();
        writer.WriteStartArray(3);
        writer.WriteEncodedValue(PhoneCbor.Embed(Engagement));
        writer.WriteEncodedValue(PhoneCbor.Embed(readerKey));
        writer.WriteEncodedValue(handover);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static byte[] Key(byte[] shared, byte[] transcript, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, SHA256.HashData(PhoneCbor.Embed(transcript)), Encoding.ASCII.GetBytes(purpose));

    private static byte[] Crypt(byte[] key, byte sender, byte[] input, bool decrypt)
    {
        using var aes = new AesGcm(key, 16);
        byte[] nonce = [0, 0, 0, 0, 0, 0, 0, sender, 0, 0, 0, 1];
        if (decrypt)
        {
            var plain = new byte[input.Length - 16];
            aes.Decrypt(nonce, input.AsSpan(0, plain.Length), input.AsSpan(plain.Length), plain);
            return plain;
        }

        var sealedBytes = new byte[input.Length + 16];
        aes.Encrypt(nonce, input, sealedBytes.AsSpan(0, input.Length), sealedBytes.AsSpan(input.Length));
        return sealedBytes;
    }

    private static byte[] WriteEngagement(byte[] key)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(2);
        writer.WriteInt32(0);
        writer.WriteTextString("1.0");
        writer.WriteInt32(1);
        writer.WriteStartArray(2);
        writer.WriteInt32(1);
        writer.WriteEncodedValue(PhoneCbor.Embed(key));
        writer.WriteEndArray();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static (byte[] ReaderKey, byte[] Data) ReadEstablishment(byte[] bytes)
    {
        var reader = new CborReader(bytes);
        (byte[]? key, byte[]? data) = (null, null);
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.ReadTextString() == "eReaderKey") key = PhoneCbor.ReadEmbedded(reader);
            else data = reader.ReadByteString();
        }

        return key is null || data is null ? throw new FormatException("Not a SessionEstablishment.") : (key, data);
    }

    private static byte[] SessionData(byte[] data)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(1);
        writer.WriteTextString("data");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
