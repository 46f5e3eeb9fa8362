using Marquee.StreamRelay.Dtls;

namespace Marquee.StreamRelay.Peers;

/// <summary>What the offer said of the other side.</summary>
internal sealed record PeerOptions
{
    /// <summary>Names the peer in logs and metrics; unique while it lives.</summary>
    public required string Id { get; init; }
    public required string RemoteUfrag { get; init; }
    public required string RemotePassword { get; init; }

    /// <summary>The certificate that the other side must show.</summary>
    public required DtlsFingerprint RemoteFingerprint { get; init; }

    /// <summary>Ours: <see cref="DtlsRole.Server"/> answers <c>a=setup:passive</c>, <see cref="DtlsRole.Client"/> <c>active</c>.</summary>
    public required DtlsRole Role { get; init; }
}
