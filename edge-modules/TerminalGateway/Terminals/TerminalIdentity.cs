namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// Who asks: a feature of the request (<c>HttpContext.Features.Get&lt;TerminalIdentity&gt;()</c>), there once the request's signature has been
/// checked against the terminal's certificate.
/// </summary>
/// <param name="TerminalId">The terminal as it was paired.</param>
/// <param name="Sequence">The number that the terminal signed this request with, counted from 1.</param>
internal sealed record TerminalIdentity(string TerminalId, long Sequence);
