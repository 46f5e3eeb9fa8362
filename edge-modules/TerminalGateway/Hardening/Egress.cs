using System.Net.Sockets;
using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>A place that the till may speak to: whoever needs one adds it to the services, from configuration and never from data.</summary>
internal sealed record EgressDestination(Uri Origin)
{
    /// <exception cref="EdgeConfigurationException">Not an absolute http or https address.</exception>
    public static EgressDestination Of(string text, string key) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new(uri)
            : throw new EdgeConfigurationException($"{key} is not an absolute http or https address.");
}

/// <summary>A connection to somewhere that is not configured was refused before anything was looked up or sent.</summary>
internal sealed class EgressRefusedException(string destination)
    : HttpRequestException(HttpRequestError.ConnectionError, $"The till does not speak to {destination}: it is not configured.")
{
    public string Destination { get; } = destination;
}

/// <summary>
/// The one way out over HTTP. The list is checked where connections are made, below anything that could be talked into going elsewhere: a
/// redirect (none is followed), a proxy (none is used), a link in an answer.
/// </summary>
internal sealed class Egress(IEnumerable<EgressDestination> destinations)
{
    private readonly HashSet<string> _origins = destinations.Select(d => Origin(d.Origin)).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<string> Origins => _origins;

    /// <summary>A client for the configured destinations; how long an answer may take is its caller's to say.</summary>
    public HttpClient CreateClient(TimeSpan connectTimeout) => new(new SocketsHttpHandler
    {
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = ConnectAsync,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var asked = Origin(context.InitialRequestMessage.RequestUri!);
        if (!_origins.Contains(asked)) throw new EgressRefusedException(asked);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Origin(Uri uri) => $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";
}
