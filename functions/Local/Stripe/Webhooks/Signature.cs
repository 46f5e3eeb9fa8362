using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.Stripe.Webhooks;

/// <summary>The <c>Stripe-Signature</c> header: HMAC-SHA256 over time and body under the endpoint's secret (scheme v1).</summary>
internal static class Signature
{
    public static string Header(string secret, string payload, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var digest = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{payload}"));
        return $"t={time},v1={Convert.ToHexStringLower(digest)}";
    }
}
