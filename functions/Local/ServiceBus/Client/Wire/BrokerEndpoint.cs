namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Where the broker listens, and whether TLS is spoken there.</summary>
internal sealed record BrokerEndpoint(string Host, int Port, bool Tls)
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    /// <summary>The scheme under which the broker knows its entities in tokens.</summary>
    internal Uri Audience(string entityPath) => new($"sb://{Host}/{entityPath}");

    internal static BrokerEndpoint OfNamespace(string fullyQualifiedNamespace)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fullyQualifiedNamespace);
        return Uri.TryCreate($"sb://{fullyQualifiedNamespace}", UriKind.Absolute, out var uri) && uri.AbsolutePath is "/" or ""
            ? new BrokerEndpoint(uri.Host, uri.Port > 0 ? uri.Port : TlsPort, Tls: true)
            : throw new ArgumentException($"'{fullyQualifiedNamespace}' is not a host name.", nameof(fullyQualifiedNamespace));
    }

    /// <summary>The emulator is plain AMQP, as with the official clients.</summary>
    internal static BrokerEndpoint OfUri(Uri endpoint, bool developmentEmulator) =>
        new(endpoint.Host, endpoint.Port > 0 ? endpoint.Port : developmentEmulator ? PlainPort : TlsPort, !developmentEmulator);

    internal BrokerEndpoint Or(Uri? custom)
    {
        if (custom is null)
            return this;
        var tls = custom.Scheme != "amqp";
        return new BrokerEndpoint(custom.Host, custom.Port > 0 ? custom.Port : tls ? TlsPort : PlainPort, tls);
    }
}
