using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>The way to the venue's systems: the till's one way out, a client of its own so that a slow system slows no payment.</summary>
internal sealed class HookClient(Egress egress) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public HttpClient Http { get; } = egress.CreateClient(ConnectTimeout);

    public void Dispose() => Http.Dispose();
}
