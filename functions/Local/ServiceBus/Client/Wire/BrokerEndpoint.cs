namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The namespace, where its broker listens, and whether TLS is spoken there.</summary>
/// <param name="Namespace">The host name by which tokens and the broker know the namespace.</param>
/// <param name="Host">The host to connect to.</param>
/// <param name="Port">The port to connect to.</param>
/// <param name="Tls">Whether to speak TLS.</param>
internal sealed record BrokerEndpoint(string Namespace, string Host, int Port, bool Tls)
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    /// <summary>The name under which tokens know an entity.</summary>
    internal Uri Audience(string entityPath) => new($"sb://{Namespace}/{entityPath}");

    internal static BrokerEndpoint OfNamespace(string fullyQualifiedNamespace)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fullyQualifiedNamespace);
        return Uri.TryCreate($"sb://{fullyQualifiedNamespace}", UriKind.Absolute, out var uri) && uri.AbsolutePath is "/" or ""
            ? new BrokerEndpoint(uri.Host, uri.Host, uri.Port > 0 ? uri.Port : TlsPort, Tls: true)
            : throw new ArgumentException($"'{fullyQualifiedNamespace}' is not a host name.", nameof(fullyQualifiedNamespace));
    }

    /// <summary>The emulator is plain AMQP, as with the official clients.</summary>
    internal static BrokerEndpoint OfUri(Uri endpoint, bool developmentEmulator) =>
        new(
            endpoint.Host,
            endpoint.Host,
            endpoint.Port > 0 ? endpoint.Port : developmentEmulator ? PlainPort : TlsPort,
            !developmentEmulator);

    internal BrokerEndpoint Or(Uri? custom)
    {
        if (custom is null)
            return this;
        var tls = custom.Scheme != "amqp";
        return this with { Host = custom.Host, Port = custom.Port > 0 ? custom.Port : tls ? TlsPort : PlainPort, Tls = tls };
    }
}
