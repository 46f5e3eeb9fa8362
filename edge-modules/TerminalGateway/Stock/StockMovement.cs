namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// One line of the stock's journal. <see cref="Quantity"/> is in units, above zero except for <see cref="MovementKind.Leased"/> and
/// <see cref="MovementKind.Recounted"/>; <see cref="Reference"/> is the hold, order, adjustment or configuration behind it.
/// </summary>
internal sealed record StockMovement(
    long Number, string EventId, string Sku, MovementKind Kind, long Quantity, string Reference, string? Reason, DateTimeOffset At);
