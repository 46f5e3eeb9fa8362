using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>Signs tokens as a client does.</summary>
internal static class Sas
{
    public static string Token(string resource, string keyName, string key, DateTimeOffset expiry)
    {
        var encoded = Uri.EscapeDataString(resource);
        var seconds = expiry.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{encoded}\n{seconds}"));
        return $"SharedAccessSignature sr={encoded}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={seconds}&skn={keyName}";
    }
}
