using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>Which box this machine has.</summary>
internal static class SecretBoxes
{
    /// <summary>
    /// The runtime's where there is one; else <c>Gateway:KeyFile</c>, by default <c>gateway.key</c> beside the store.
    /// </summary>
    /// <exception cref="EdgeConfigurationException">Neither can be used.</exception>
    public static ISecretBox Choose(IConfiguration configuration, EdgeSettings edge) =>
        WorkloadSecretBox.FromEnvironment(configuration) is { } runtime
            ? runtime
            : FileSecretBox.Open(configuration["Gateway:KeyFile"] is { Length: > 0 } path ? path : Path.Combine(edge.DataPath, "gateway.key"));
}
