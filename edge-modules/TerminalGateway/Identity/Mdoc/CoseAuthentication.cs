using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>The signatures and MACs of a document (RFC 9052).</summary>
internal static class CoseAuthentication
{
    /// <summary>RFC 9360: the chain, leaf first, in the unprotected header.</summary>
    private static readonly CoseHeaderLabel X5Chain = new(33);

    private const int AlgorithmLabel = 1;
    private const int HmacSha256 = 5;

    /// <summary>Verifies the issuer's signature with the key of the certificate that comes with it, which proves nothing yet about that.</summary>
    /// <returns>What was signed, and the signer's certificate, for the caller to dispose of.</returns>
    /// <exception cref="MdocException">Not signed so.</exception>
    public static (byte[] Payload, X509Certificate2 Signer) ReadIssuer(ReadOnlyMemory<byte> encoded)
    {
        var message = Decode(encoded);
        if (!message.UnprotectedHeaders.TryGetValue(X5Chain, out var chain) || message.Content is not { } content)
            throw new MdocException(MdocFault.Malformed);
        var signer = ReadLeaf(chain.EncodedValue);
        try
        {
            using var key = signer.GetECDsaPublicKey() ?? throw new MdocException(MdocFault.UnsupportedAlgorithm);
            return Verifies(() => message.VerifyEmbedded(key)) ? (content.ToArray(), signer) : throw new MdocException(MdocFault.IssuerSignatureInvalid);
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    /// <summary>Whether the phone signed <paramref name="detached"/> with the key that the issuer certified.</summary>
    public static bool VerifyDevice(ReadOnlyMemory<byte> encoded, ECParameters deviceKey, byte[] detached)
    {
        var message = Decode(encoded);
        // A payload of its own would be what it signs, instead of the session.
        if (message.Content is not null) throw new MdocException(MdocFault.Malformed);
        try
        {
            using var key = ECDsa.Create(deviceKey);
            return Verifies(() => message.VerifyDetached(key, detached));
        }
        catch (CryptographicException)
        {
            // A point that is not on its curve.
            return false;
        }
    }

    /// <summary>Whether a COSE_Mac0 over <paramref name="detached"/> was made under <paramref name="key"/>.</summary>
    public static bool VerifyMac(ReadOnlyMemory<byte> encoded, byte[] key, byte[] detached)
    {
        var (header, tag) = Cbor.Read(encoded, reader =>
        {
            if (reader.PeekState() == CborReaderState.Tag && reader.ReadTag() != (CborTag)17) throw new MdocException(MdocFault.Malformed);
            reader.ReadStartArray();
            var protectedHeader = reader.ReadByteString();
            reader.SkipValue();
            reader.ReadNull();
            var mac = reader.ReadByteString();
            reader.ReadEndArray();
            return (protectedHeader, mac);
        });
        if (Cbor.Read(header, ReadAlgorithm) != HmacSha256) throw new MdocException(MdocFault.UnsupportedAlgorithm);
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartArray(4);
        writer.WriteTextString("MAC0");
        writer.WriteByteString(header);
        writer.WriteByteString([]);
        writer.WriteByteString(detached);
        writer.WriteEndArray();
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, writer.Encode()), tag);
    }

    private static int ReadAlgorithm(CborReader reader)
    {
        var algorithm = 0;
        reader.ReadNumberedMap(label =>
        {
            if (label != AlgorithmLabel) return false;
            algorithm = reader.ReadInt32();
            return true;
        });
        return algorithm;
    }

    private static CoseSign1Message Decode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return CoseMessage.DecodeSign1(encoded.ToArray());
        }
        catch (CryptographicException)
        {
            throw new MdocException(MdocFault.Malformed);
        }
    }

    private static bool Verifies(Func<bool> verify)
    {
        try
        {
            return verify();
        }
        catch (CryptographicException)
        {
            // An algorithm that the key does not go with, or that is not known, or a critical header that is not.
            throw new MdocException(MdocFault.UnsupportedAlgorithm);
        }
    }

    private static X509Certificate2 ReadLeaf(ReadOnlyMemory<byte> header)
    {
        var leaf = Cbor.Read(header, reader =>
        {
            if (reader.PeekState() == CborReaderState.ByteString) return reader.ReadByteString();
            var chain = reader.ReadList(r => r.ReadByteString());
            return chain.Count > 0 ? chain[0] : throw new MdocException(MdocFault.Malformed);
        });
        try
        {
            return X509CertificateLoader.LoadCertificate(leaf);
        }
        catch (CryptographicException)
        {
            throw new MdocException(MdocFault.Malformed);
        }
    }
}
