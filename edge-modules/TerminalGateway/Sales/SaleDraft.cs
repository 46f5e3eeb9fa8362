namespace Marquee.TerminalGateway.Sales;

/// <summary>A request with what can be made of it before its turn at the writer, which everybody waits for.</summary>
/// <param name="Request">What the terminal asks for.</param>
/// <param name="Hash">The request's hash.</param>
/// <param name="SealedToken">The card's token, sealed; null when it is to be sealed with the sale.</param>
/// <param name="Card">The card's fingerprint; null when nobody expected to need it.</param>
internal sealed record SaleDraft(SaleRequest Request, byte[] Hash, string? SealedToken, string? Card);
