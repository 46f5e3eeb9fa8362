using Azure;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>A parsed connection string: an endpoint, one kind of secret, and perhaps the one entity it is good for.</summary>
internal sealed class ConnectionString
{
    private ConnectionString(BrokerEndpoint endpoint, string? keyName, string? key, string? signature, string? entityPath)
    {
        Endpoint = endpoint;
        KeyName = keyName;
        Key = key;
        Signature = signature;
        EntityPath = entityPath;
    }

    internal BrokerEndpoint Endpoint { get; }

    internal string? EntityPath { get; }

    private string? KeyName { get; }

    private string? Key { get; }

    private string? Signature { get; }

    internal ITokenSource Tokens(TimeProvider timeProvider) => Signature is not null
        ? new SharedSignatureTokens(new AzureSasCredential(Signature))
        : new SharedKeyTokens(new AzureNamedKeyCredential(KeyName!, Key!), timeProvider);

    /// <exception cref="ArgumentException">No connection string without a host. Its secret is never repeated in the message.</exception>
    /// <exception cref="FormatException">A part that cannot be read, or the secret is missing or doubled.</exception>
    internal static ConnectionString Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var parts = Split(connectionString);
        if (!parts.TryGetValue("Endpoint", out var address) || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
            throw new FormatException("The connection string needs an Endpoint such as sb://127.0.0.1:5672.");

        var emulator = parts.TryGetValue("UseDevelopmentEmulator", out var flag) && bool.TryParse(flag, out var on) && on;
        parts.TryGetValue("SharedAccessKeyName", out var keyName);
        parts.TryGetValue("SharedAccessKey", out var key);
        parts.TryGetValue("SharedAccessSignature", out var signature);
        parts.TryGetValue("EntityPath", out var entityPath);
        var hasKey = keyName is not null && key is not null;
        if (hasKey == signature is not null)
            throw new FormatException("The connection string needs SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature.");
        return new ConnectionString(BrokerEndpoint.OfUri(uri, emulator), keyName, key, signature, entityPath);
    }

    private static Dictionary<string, string> Split(string connectionString)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Keys and signatures contain '=' themselves: only the first one divides.
            var divider = part.IndexOf('=', StringComparison.Ordinal);
            if (divider <= 0)
                throw new FormatException("A part of the connection string is not of the form Name=Value.");
            parts[part[..divider].Trim()] = part[(divider + 1)..].Trim();
        }

        return parts;
    }
}
