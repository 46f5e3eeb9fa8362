using System.Net;
using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>Where the gateway listens, and the names that it goes by.</summary>
internal sealed record AccessSettings
{
    private const string DefaultStaffUrl = "http://127.0.0.1:7210";
    private const string DefaultTerminalUrl = "https://127.0.0.1:7213";
    private const string DefaultPairingUrl = "https://127.0.0.1:7214";

    /// <summary><c>ASPNETCORE_URLS</c>: staff and health, plain HTTP.</summary>
    public required IPEndPoint Staff { get; init; }

    /// <summary><c>Gateway:TerminalUrl</c>: mutual TLS.</summary>
    public required IPEndPoint Terminals { get; init; }

    /// <summary><c>Gateway:PairingUrl</c>: TLS, for pairing alone.</summary>
    public required IPEndPoint Pairing { get; init; }

    /// <summary>
    /// <c>Gateway:TerminalNames</c>, parted by commas: host names and addresses that terminals reach the gateway by, beside those it listens on.
    /// They stand in its certificate, for terminals that check names and not only the PoP's.
    /// </summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <exception cref="EdgeConfigurationException">An address cannot be listened on.</exception>
    public static AccessSettings From(IConfiguration configuration)
    {
        var terminals = Address(configuration["Gateway:TerminalUrl"] ?? DefaultTerminalUrl, "Gateway:TerminalUrl", "https");
        var pairing = Address(configuration["Gateway:PairingUrl"] ?? DefaultPairingUrl, "Gateway:PairingUrl", "https");
        var named = (configuration["Gateway:TerminalNames"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new()
        {
            Staff = Address(configuration["urls"] ?? DefaultStaffUrl, "ASPNETCORE_URLS", "http"),
            Terminals = terminals,
            Pairing = pairing,
            Names = [.. named.Append("localhost").Append(terminals.Address.ToString()).Append(pairing.Address.ToString())
                .Where(name => name is not ("0.0.0.0" or "::")).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
    }

    private static IPEndPoint Address(string text, string key, string scheme)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != scheme || url.AbsolutePath != "/")
            throw new EdgeConfigurationException($"{key} is not one address such as {scheme}://127.0.0.1:7213.");
        var host = url.IdnHost == "localhost" ? "127.0.0.1" : url.IdnHost.Trim('[', ']');
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, url.Port)
            : throw new EdgeConfigurationException($"{key} must name an address of this machine by number, not {url.Host}.");
    }
}
