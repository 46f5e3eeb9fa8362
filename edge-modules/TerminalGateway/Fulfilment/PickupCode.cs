using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>
/// The short code by which a customer fetches an order: 6 characters of Crockford's base 32 (30 bits), made of the order's id under the
/// gateway's key. Nothing to store, nothing to guess from another code, and the same after a restart.
/// </summary>
internal sealed class PickupCode(KeyRing keys)
{
    /// <summary>Wrong codes for one order; after that only a code issued anew opens it. Five tries at 30 bits: one in 200 million.</summary>
    public const int MaxTries = 5;

    private const int Length = 6;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly byte[] _key = keys.Derive("pickup-codes");

    public string Of(string orderId, int issue)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{orderId}/{issue}")), mac);
        var bits = BinaryPrimitives.ReadUInt32BigEndian(mac);
        Span<char> code = stackalloc char[Length];
        for (var i = 0; i < Length; i++, bits >>= 5) code[i] = Alphabet[(int)(bits & 31)];
        return new string(code);
    }

    /// <summary>Whether <paramref name="told"/> is the order's code, however it was written: case, spaces, dashes, O for 0, I or L for 1.</summary>
    public bool IsRight(PickOrder order, string told) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(order.OrderId, order.Issue)), Encoding.UTF8.GetBytes(Normal(told)));

    /// <summary>What a QR code on a receipt says; the tablet takes it apart again.</summary>
    public string Qr(PickOrder order) => $"marquee:{order.OrderId}:{Of(order.OrderId, order.Issue)}";

    private static string Normal(string told) =>
        told.ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace('O', '0').Replace('I', '1').Replace('L', '1');
}
