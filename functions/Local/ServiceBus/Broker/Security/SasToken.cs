using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.ServiceBus.Broker.Security;

/// <summary>
/// A shared access signature: <c>SharedAccessSignature sr=&lt;uri&gt;&amp;sig=&lt;base64&gt;&amp;se=&lt;unix seconds&gt;&amp;skn=&lt;key name&gt;</c>,
/// signed with HMAC-SHA256 over the encoded uri, a newline and the expiry.
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
/// </summary>
internal sealed record SasToken(string EncodedResource, string Signature, string EncodedExpiry, string KeyName)
{
    private const string Scheme = "SharedAccessSignature ";

    /// <summary>The entity path inside the resource uri; empty for the whole namespace.</summary>
    public string ResourcePath => PathOf(Uri.UnescapeDataString(EncodedResource));

    public DateTimeOffset Expiry => DateTimeOffset.FromUnixTimeSeconds(long.Parse(EncodedExpiry, CultureInfo.InvariantCulture));

    public static SasToken? TryParse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var fields = text[Scheme.Length..].Split('&')
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0].Trim(), pair => pair[1], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return fields.TryGetValue("sr", out var resource) && fields.TryGetValue("sig", out var signature)
            && fields.TryGetValue("se", out var expiry) && fields.TryGetValue("skn", out var name)
            && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799
            ? new SasToken(resource, Uri.UnescapeDataString(signature), expiry, Uri.UnescapeDataString(name))
            : null;
    }

    /// <summary>The path of an address that may be a uri (<c>sb://host/queue</c>) or a path already.</summary>
    public static string PathOf(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var path = address.IndexOf('/', scheme + 3);
            address = path < 0 ? "" : address[path..];
        }

        return address.Trim('/');
    }

    public bool IsSignedWith(string key)
    {
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{EncodedResource}\n{EncodedExpiry}"));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToBase64String(expected)), Encoding.UTF8.GetBytes(Signature));
    }
}
