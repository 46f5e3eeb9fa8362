using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>
/// How a receiver knows that a hook is the gateway's and is not a replay: <c>Marquee-Signature: t={unix seconds},v1={hex}</c> with
/// v1 = HMAC-SHA256(secret, "{t}.{body}"). The receiver recomputes v1 and refuses what is older than it likes; the delivery's number, the
/// same at every try, lets it drop the second.
/// </summary>
internal static class HookSignature
{
    public const string Header = "Marquee-Signature";

    public static string Of(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(seconds + "."));
        mac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }
}
