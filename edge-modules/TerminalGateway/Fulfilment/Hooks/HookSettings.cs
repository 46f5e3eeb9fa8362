using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>A system of the venue's own that hears what happens to orders.</summary>
/// <param name="Url"><c>Gateway:Hooks:N:Url</c>: https, or http on this machine.</param>
/// <param name="Secret"><c>Gateway:Hooks:N:Secret</c>: signs what is sent there; 16 characters at least.</param>
internal sealed record HookEndpoint(Uri Url, string Secret);

/// <summary>Where hooks go: nowhere but here.</summary>
internal sealed record HookSettings(IReadOnlyList<HookEndpoint> Endpoints)
{
    public const int MaxEndpoints = 8;
    private const int MinSecret = 16;

    /// <exception cref="EdgeConfigurationException">A hook is malformed.</exception>
    public static HookSettings From(IConfiguration configuration)
    {
        var sections = configuration.GetSection("Gateway:Hooks").GetChildren().ToList();
        if (sections.Count > MaxEndpoints) throw new EdgeConfigurationException($"Gateway:Hooks has more than {MaxEndpoints} entries.");
        return new([.. sections.Select(Read)]);
    }

    private static HookEndpoint Read(IConfigurationSection section)
    {
        if (!Uri.TryCreate(section["Url"], UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            throw new EdgeConfigurationException($"{section.Path}:Url is not an https URL.");
        }

        return section["Secret"] is { Length: >= MinSecret } secret
            ? new(url, secret)
            : throw new EdgeConfigurationException($"{section.Path}:Secret is not set or shorter than {MinSecret} characters.");
    }
}
