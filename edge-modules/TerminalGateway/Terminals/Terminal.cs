namespace Marquee.TerminalGateway.Terminals;

/// <summary>What a terminal says of itself; each 1 to 64 printable characters.</summary>
internal sealed record DeviceDescription(string Serial, string Model, string Firmware)
{
    private const int MaxLength = 64;

    public bool IsValid => IsText(Serial) && IsText(Model) && IsText(Firmware);

    private static bool IsText(string? text) => text is { Length: > 0 and <= MaxLength } && text.All(c => c is >= ' ' and <= '~');
}

/// <summary>A terminal as the book has it.</summary>
internal sealed record Terminal
{
    public required string TerminalId { get; init; }

    /// <summary>What staff calls it.</summary>
    public required string Name { get; init; }

    public required TerminalState State { get; init; }

    /// <summary>As it last said; null before it was paired.</summary>
    public DeviceDescription? Device { get; init; }

    public DateTimeOffset? PairedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBecause { get; init; }
}

/// <summary>An invitation as the book has it. <paramref name="SealedSecret"/>: <see cref="PairingCode.Stretch"/>'s key, sealed.</summary>
internal sealed record Pairing(
    string PairingId,
    string TerminalId,
    PairingState State,
    byte[] SealedSecret,
    DateTimeOffset ExpiresAt,
    int WrongTries,
    byte[]? RequestHash,
    string? SerialNumber);

/// <summary>How much a certificate is worth at this moment.</summary>
internal enum CertificateStanding
{
    Good,

    /// <summary>Run out a while ago: good for a new one and for nothing else.</summary>
    RenewOnly,

    Ended,

    Revoked,
}

/// <summary>A certificate that the authority gave to a terminal.</summary>
/// <param name="Thumbprint">SHA-256 of the certificate, in hex.</param>
/// <param name="KeyHash">SHA-256 of its public key.</param>
/// <param name="EndsAt">Its own end, or earlier when another has taken its place.</param>
internal sealed record IssuedCertificate(
    string SerialNumber, string TerminalId, string Thumbprint, byte[] KeyHash, byte[] Der, DateTimeOffset NotAfter, DateTimeOffset EndsAt, bool Revoked)
{
    /// <summary>A terminal that lay in a box for a month comes back by itself.</summary>
    public static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(30);

    public CertificateStanding StandingAt(DateTimeOffset now) => this switch
    {
        { Revoked: true } => CertificateStanding.Revoked,
        _ when now <= EndsAt => CertificateStanding.Good,
        _ when EndsAt == NotAfter && now <= NotAfter + RenewalGrace => CertificateStanding.RenewOnly,
        _ => CertificateStanding.Ended,
    };
}
