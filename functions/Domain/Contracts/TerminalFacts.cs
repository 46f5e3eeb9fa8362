namespace Marquee.Domain.Contracts;

/// <summary>A terminal was paired with its gateway, for the first time or as another device under the same id.</summary>
/// <param name="CertificateSerial">Serial number (hex) of the certificate that it was given.</param>
public sealed record TerminalPaired(string TerminalId, string Name, string Serial, string Model, string Firmware, string CertificateSerial) : FactBody;

/// <summary>A paired terminal says other things of itself than before.</summary>
public sealed record TerminalChanged(string TerminalId, string Serial, string Model, string Firmware) : FactBody;

/// <summary>Staff has shut a terminal out.</summary>
public sealed record TerminalRevoked(string TerminalId, string Reason) : FactBody;

/// <summary>
/// Requests that a terminal counted and its gateway never saw: from <paramref name="First"/> to <paramref name="Last"/>, both included. Lost on
/// the way, kept back, or never made.
/// </summary>
public sealed record TerminalSequenceGap(string TerminalId, long First, long Last) : FactBody;
