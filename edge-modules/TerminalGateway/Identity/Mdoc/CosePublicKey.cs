using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>A public key on a NIST curve as COSE_Key (RFC 9052 7, RFC 9053 7.1.1).</summary>
internal static class CosePublicKey
{
    private const int KeyType = 1, Curve = -1, X = -2, Y = -3;
    private const int Ec2 = 2;

    private static readonly (int Id, ECCurve Curve, int Bytes)[] Curves =
    [
        (1, ECCurve.NamedCurves.nistP256, 32),
        (2, ECCurve.NamedCurves.nistP384, 48),
        (3, ECCurve.NamedCurves.nistP521, 66),
    ];

    /// <exception cref="MdocException">Not a key, or of a kind that is not verified here (Edwards curves, compressed points).</exception>
    public static ECParameters Read(CborReader reader)
    {
        int? type = null, curve = null;
        byte[]? x = null, y = null;
        var compressed = false;
        reader.ReadNumberedMap(label =>
        {
            switch (label)
            {
                case KeyType:
                    type = reader.ReadInt32();
                    return true;
                case Curve:
                    curve = reader.ReadInt32();
                    return true;
                case X:
                    x = reader.ReadByteString();
                    return true;
                case Y when reader.PeekState() == CborReaderState.Boolean:
                    compressed = true;
                    return false;
                case Y:
                    y = reader.ReadByteString();
                    return true;
                default:
                    return false;
            }
        });
        var known = Array.Find(Curves, c => c.Id == curve);
        if (type != Ec2 || known.Bytes == 0 || compressed) throw new MdocException(MdocFault.UnsupportedAlgorithm);
        return x?.Length == known.Bytes && y?.Length == known.Bytes
            ? new ECParameters { Curve = known.Curve, Q = new ECPoint { X = x, Y = y } }
            : throw new MdocException(MdocFault.Malformed);
    }

    public static byte[] Write(ECParameters key)
    {
        var known = Array.Find(Curves, c => c.Curve.Oid.Value == key.Curve.Oid.Value || c.Curve.Oid.FriendlyName == key.Curve.Oid.FriendlyName);
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(4);
        writer.WriteInt32(KeyType);
        writer.WriteInt32(Ec2);
        writer.WriteInt32(Curve);
        writer.WriteInt32(known.Id);
        writer.WriteInt32(X);
        writer.WriteByteString(key.Q.X!);
        writer.WriteInt32(Y);
        writer.WriteByteString(key.Q.Y!);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>Whether both keys are on one curve, as a key agreement needs.</summary>
    public static bool SameCurve(ECParameters one, ECParameters other) => one.Q.X!.Length == other.Q.X!.Length;
}
