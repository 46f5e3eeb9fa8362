using System.Text;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.Simulation.Till;

/// <summary>The runtime's box for keys, without a runtime: the purpose stands before the secret.</summary>
internal sealed class SimSecretBox : ISecretBox
{
    public Task<byte[]> SealAsync(string purpose, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken) =>
        Task.FromResult<byte[]>([.. Encoding.UTF8.GetBytes(purpose + ":"), .. secret.Span]);

    public Task<byte[]> OpenAsync(string purpose, ReadOnlyMemory<byte> box, CancellationToken cancellationToken) =>
        Task.FromResult(box[(Encoding.UTF8.GetByteCount(purpose) + 1)..].ToArray());
}
