namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>The connection to the venue's systems: no redirects, no cookies, no answer read.</summary>
internal sealed class HookClient : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => Http.Dispose();
}
