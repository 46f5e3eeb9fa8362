using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Signs shared access tokens with a key. The key may be rotated in the credential: each token takes it anew.</summary>
internal sealed class SharedKeyTokens(AzureNamedKeyCredential credential, TimeProvider timeProvider) : ITokenSource
{
    /// <summary>As the official client: short enough that a leaked token is soon worthless.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public string TokenType => SharedSignatureTokens.Type;

    public ValueTask<EntityToken> GetAsync(Uri audience, CancellationToken cancellationToken)
    {
        var (name, key) = credential;
        var expiresAt = timeProvider.GetUtcNow() + Lifetime;
        return ValueTask.FromResult(new EntityToken(Sign(audience, name, key, expiresAt), expiresAt));
    }

    /// <summary>The token format of "Service Bus access control with shared access signatures": HMAC-SHA256 over resource and expiry.</summary>
    internal static string Sign(Uri audience, string keyName, string key, DateTimeOffset expiresAt)
    {
        var resource = WebUtility.UrlEncode(audience.AbsoluteUri);
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        return $"SharedAccessSignature sr={resource}&sig={WebUtility.UrlEncode(Convert.ToBase64String(signature))}"
            + $"&se={expiry}&skn={WebUtility.UrlEncode(keyName)}";
    }
}
