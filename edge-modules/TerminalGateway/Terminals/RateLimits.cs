using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>How much one terminal, and one address that wants to be paired, may ask.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    /// <summary>A person at a till asks a few times a sale; a terminal that catches up after an outage asks in one go.</summary>
    public static readonly Rate PerTerminal = new(Burst: 100, PerSecond: 25);

    /// <summary>A code is typed by hand.</summary>
    public static readonly Rate PerPairingAddress = new(Burst: 10, PerSecond: 0.2);

    private const int MaxAddresses = 1024;

    public TokenBuckets Terminals { get; } = new(PerTerminal, PairingDesk.MaxTerminals, time);

    public TokenBuckets PairingAddresses { get; } = new(PerPairingAddress, MaxAddresses, time);
}
