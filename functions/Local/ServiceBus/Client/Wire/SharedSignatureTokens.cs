using System.Globalization;
using Azure;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Shows a shared access signature that someone else made. It cannot be renewed, only replaced in its credential.</summary>
internal sealed class SharedSignatureTokens(AzureSasCredential credential) : ITokenSource
{
    internal const string Type = "servicebus.windows.net:sastoken";

    public string TokenType => Type;

    public ValueTask<EntityToken> GetAsync(Uri audience, CancellationToken cancellationToken)
    {
        var signature = credential.Signature;
        return ValueTask.FromResult(new EntityToken(signature, ExpiryOf(signature)));
    }

    private static DateTimeOffset ExpiryOf(string signature)
    {
        foreach (var part in signature.Split('&', ' '))
            if (part.StartsWith("se=", StringComparison.Ordinal)
                && long.TryParse(part.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
        throw new FormatException("The shared access signature has no expiry (se).");
    }
}
