using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform;

/// <summary>What a platform stands on.</summary>
internal sealed record PlatformOptions
{
    public required Repository Repository { get; init; }

    public required DataFolder Data { get; init; }

    public required PortPlan Ports { get; init; }

    /// <summary>How long a till waits for Stripe before it decides by itself; the gateway's own choice when null.</summary>
    public TimeSpan? TillPatience { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
