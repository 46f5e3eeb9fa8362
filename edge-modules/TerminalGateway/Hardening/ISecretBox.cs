namespace Marquee.TerminalGateway.Hardening;

/// <summary>
/// Seals small secrets so that a copy of the disk does not give them away: the IoT Edge runtime does it with a key of the device
/// (<see cref="WorkloadSecretBox"/>), on a machine without the runtime a key file does (<see cref="FileSecretBox"/>). What many rows are sealed
/// with is not this box but <see cref="KeyRing"/>, which keeps its one key in it.
/// </summary>
internal interface ISecretBox
{
    /// <summary>Largest secret, in bytes.</summary>
    const int MaxSecretBytes = 4096;

    /// <param name="purpose">Part of the seal: a secret opens under the purpose that it was sealed for and no other.</param>
    Task<byte[]> SealAsync(string purpose, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken);

    /// <exception cref="SecretBoxException">Sealed elsewhere, for another purpose, or damaged; or nobody is there to open it.</exception>
    Task<byte[]> OpenAsync(string purpose, ReadOnlyMemory<byte> box, CancellationToken cancellationToken);
}

/// <summary>A secret cannot be sealed or opened; the message says why, and never the secret.</summary>
internal sealed class SecretBoxException(string message, Exception? inner = null) : Exception(message, inner);
